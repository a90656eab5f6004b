//! The networks alone: what ONNX Runtime takes for each of them on one thread.
//!
//! Owns which inputs are typical. Refuses to know what the numbers mean: the time does not depend on them.

use overt_vision::runtime::{Model as _, OrtModel, Tensor};
use overt_vision::{DetectorPlan, Networks};

use super::Samples;

/// One network with an input of one shape.
pub(super) struct Case {
    /// The network's id.
    network: &'static str,
    /// Of the input.
    shape: Vec<usize>,
    session: OrtModel,
    values: Vec<f32>,
    pub(super) samples: Samples,
}

impl Case {
    fn new(networks: &Networks, network: &'static str, shape: &[usize]) -> anyhow::Result<Self> {
        // Anything that is not constant; between 0 and 1, so that no activation saturates or turns subnormal.
        let values = (0..shape.iter().product()).map(|index: usize| (index % 251) as f32 / 250.0).collect();
        let session = networks.session(network)?;
        Ok(Self { network, shape: shape.to_vec(), session, values, samples: Samples::default() })
    }

    /// Runs the network once and keeps how long it took.
    pub(super) fn run(&mut self) -> anyhow::Result<()> {
        let input = Tensor::new(&self.shape, &self.values)?;
        let session = &mut self.session;
        self.samples.measure(|| session.run(&[input]).map(|_outputs| ()))?;
        Ok(())
    }

    /// The network and its input, for a table.
    pub(super) fn name(&self) -> String {
        let shape: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        format!("{} {}", self.network, shape.join("x"))
    }
}

/// The detector's input for a picture of these sides, as a shape.
fn detector_input((width, height): (usize, usize)) -> [usize; 4] {
    [1, 3, height, width]
}

/// Every network with one face's input, the detector as `plan` and as a picture of 1920 x 1080 pixels need it.
pub(super) fn cases(networks: &Networks, plan: &DetectorPlan) -> anyhow::Result<Vec<Case>> {
    let large = DetectorPlan::for_picture(1920, 1080);
    let mut detector = vec![plan.fine_input(), large.fine_input(), large.coarse_input()];
    detector.dedup();
    let mut cases = Vec::new();
    for input in detector {
        cases.push(Case::new(networks, "yunet", &detector_input(input))?);
    }
    for (network, shape) in PER_FACE {
        cases.push(Case::new(networks, network, shape)?);
    }
    Ok(cases)
}

/// Networks that run once a face, with their inputs: both eyes, and the face with its mirror image, go in at once.
const PER_FACE: [(&str, &[usize]); 5] = [
    ("facemesh", &[1, 192, 192, 3]),
    ("iris", &[2, 64, 64, 3]),
    ("emotion", &[1, 64, 64, 1]),
    ("faceres", &[1, 224, 224, 3]),
    ("dlib", &[2, 3, 150, 150]),
];

/// The inferences that `operation` cannot do without on a picture with this plan and one face.
pub(super) fn needed(
    networks: &Networks,
    operation: Operation,
    plan: &DetectorPlan,
) -> anyhow::Result<Vec<Case>> {
    let mut cases = vec![Case::new(networks, "yunet", &detector_input(plan.fine_input()))?];
    if plan.always_twice() {
        cases.push(Case::new(networks, "yunet", &detector_input(plan.coarse_input()))?);
    }
    let per_face: &[&str] = match operation {
        Operation::DetectDefault => &["facemesh"],
        Operation::DetectAll => &["facemesh", "iris", "emotion", "faceres"],
        Operation::Compare => &["facemesh", "faceres", "dlib"],
    };
    for (network, shape) in PER_FACE.iter().filter(|(network, _)| per_face.contains(network)) {
        cases.push(Case::new(networks, network, shape)?);
    }
    Ok(cases)
}

/// What is measured end to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// DetectFaces with the default attributes.
    DetectDefault,
    /// DetectFaces with all attributes.
    DetectAll,
    /// CompareFaces of two pictures with one face each: everything twice.
    Compare,
}

impl Operation {
    pub(super) const ALL: [Self; 3] = [Self::DetectDefault, Self::DetectAll, Self::Compare];

    /// Pictures that a request carries.
    pub(super) fn pictures(self) -> usize {
        match self {
            Self::DetectDefault | Self::DetectAll => 1,
            Self::Compare => 2,
        }
    }

    /// For a table.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::DetectDefault => "DetectFaces DEFAULT",
            Self::DetectAll => "DetectFaces ALL",
            Self::Compare => "CompareFaces",
        }
    }
}
