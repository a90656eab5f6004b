//! What the AWS SDK for Rust makes of a running server: `overt-conformance CASE`.
//!
//! Owns the cases; `tests/conformance/test_rust.py` starts the server and one process a case. Configured by the
//! environment: endpoint, region and credentials as the SDK's own names, `PICTURES`, `BUCKET` and `KEY`.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};
use aws_sdk_rekognition::config::retry::RetryConfig;
use aws_sdk_rekognition::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_rekognition::error::ProvideErrorMetadata;
use aws_sdk_rekognition::operation::RequestId as _;
use aws_sdk_rekognition::primitives::Blob;
use aws_sdk_rekognition::types::{Attribute, Image, LandmarkType, QualityFilter, S3Object};
use aws_sdk_rekognition::{Client, Config};

#[tokio::main]
async fn main() -> Result<()> {
    let case = std::env::args().nth(1).context("usage: overt-conformance CASE")?;
    let client = Client::from_conf(config(None)?);
    match case.as_str() {
        "detect_faces" => detect_faces(&client).await,
        "detect_faces_of_an_object" => detect_faces_of_an_object(&client).await,
        "compare_faces" => compare_faces(&client).await,
        "a_modelled_error_is_its_variant" => a_modelled_error_is_its_variant(&client).await,
        "a_validation_error_has_its_code" => a_validation_error_has_its_code(&client).await,
        "an_operation_that_is_not_there_says_so_once" => not_there(&client).await,
        "a_wrong_secret_is_an_invalid_signature" => a_wrong_secret().await,
        "a_session_token_is_refused" => a_session_token().await,
        _ => bail!("no case {case}"),
    }
}

#[expect(clippy::disallowed_methods, reason = "the test's own environment")]
fn variable(name: &str) -> Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set"))
}

/// The client's configuration, with other credentials if asked for.
fn config(credentials: Option<Credentials>) -> Result<Config> {
    let credentials = match credentials {
        Some(credentials) => credentials,
        None => Credentials::new(
            variable("AWS_ACCESS_KEY_ID")?,
            variable("AWS_SECRET_ACCESS_KEY")?,
            None,
            None,
            "test",
        ),
    };
    Ok(Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(variable("AWS_ENDPOINT_URL_REKOGNITION")?)
        .region(Region::new("us-east-1"))
        .credentials_provider(credentials)
        .retry_config(RetryConfig::standard())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build())
}

fn picture(name: &str) -> Result<Image> {
    let bytes = fs_err::read(PathBuf::from(variable("PICTURES")?).join(name))?;
    Ok(Image::builder().bytes(Blob::new(bytes)).build())
}

async fn detect_faces(client: &Client) -> Result<()> {
    let image = picture("skimage/astronaut.png")?;
    let answer = client.detect_faces().image(image).attributes(Attribute::All).send().await?;
    let [face] = answer.face_details() else { bail!("{} faces", answer.face_details().len()) };
    ensure!(face.landmarks().len() == 30);
    ensure!(face.landmarks().first().and_then(|landmark| landmark.r#type()) == Some(&LandmarkType::EyeLeft));
    ensure!(answer.orientation_correction().is_none());
    ensure!(answer.request_id().is_some_and(|id| id.len() == 36));
    Ok(())
}

async fn detect_faces_of_an_object(client: &Client) -> Result<()> {
    let object = S3Object::builder().bucket(variable("BUCKET")?).name(variable("KEY")?).build();
    let image = Image::builder().s3_object(object).build();
    let answer = client.detect_faces().image(image).send().await?;
    ensure!(answer.face_details().len() == 1);
    Ok(())
}

async fn compare_faces(client: &Client) -> Result<()> {
    let (obama, later) = (picture("face_recognition/obama.jpg")?, picture("face_recognition/obama2.jpg")?);
    let call = client.compare_faces().source_image(obama.clone()).quality_filter(QualityFilter::Auto);
    let answer = call.target_image(later).send().await?;
    let [one] = answer.face_matches() else { bail!("{} matches", answer.face_matches().len()) };
    ensure!(one.similarity().is_some_and(|similarity| similarity >= 80.0));
    let call = client.compare_faces().source_image(obama).target_image(picture("skimage/astronaut.png")?);
    let answer = call.send().await?;
    ensure!(answer.face_matches().is_empty() && answer.unmatched_faces().len() == 1);
    Ok(())
}

async fn a_modelled_error_is_its_variant(client: &Client) -> Result<()> {
    let object = S3Object::builder().bucket("unheard-of").name("x").build();
    let call = client.detect_faces().image(Image::builder().s3_object(object).build());
    let Err(error) = call.send().await else { bail!("it should have failed") };
    let error = error.into_service_error();
    ensure!(error.is_invalid_s3_object_exception(), "{error:?}");
    ensure!(
        error.message().is_some_and(|message| message.starts_with("Unable to get object metadata from S3"))
    );
    ensure!(error.request_id().is_some_and(|id| id.len() == 36));
    Ok(())
}

async fn a_validation_error_has_its_code(client: &Client) -> Result<()> {
    let call = client.detect_faces().image(picture("skimage/astronaut.png")?);
    let Err(error) = call.attributes(Attribute::from("HAT")).send().await else {
        bail!("it should have failed")
    };
    ensure!(error.code() == Some("ValidationException"), "{error:?}");
    ensure!(error.message().is_some_and(|message| message.contains("'attributes.1.member'")), "{error:?}");
    Ok(())
}

async fn not_there(client: &Client) -> Result<()> {
    let Err(error) = client.list_stream_processors().send().await else { bail!("it should have failed") };
    ensure!(error.code() == Some("NotImplementedException"), "{error:?}");
    ensure!(error.raw_response().is_some_and(|response| response.status().as_u16() == 501), "{error:?}");
    ensure!(error.message().is_some_and(|message| message.contains("ListStreamProcessors")), "{error:?}");
    Ok(())
}

async fn a_wrong_secret() -> Result<()> {
    let wrong = Credentials::new(variable("AWS_ACCESS_KEY_ID")?, "x".repeat(40), None, None, "test");
    let Err(error) = Client::from_conf(config(Some(wrong))?).list_collections().send().await else {
        bail!("it should have failed")
    };
    ensure!(error.code() == Some("InvalidSignatureException"), "{error:?}");
    Ok(())
}

async fn a_session_token() -> Result<()> {
    let (key, secret) = (variable("AWS_ACCESS_KEY_ID")?, variable("AWS_SECRET_ACCESS_KEY")?);
    let session = Credentials::new(key, secret, Some("IQoJb3JpZ2luX2VjE".into()), None, "test");
    let Err(error) = Client::from_conf(config(Some(session))?).list_collections().send().await else {
        bail!("it should have failed")
    };
    ensure!(error.code() == Some("UnrecognizedClientException"), "{error:?}");
    Ok(())
}
