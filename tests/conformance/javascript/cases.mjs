// What the AWS SDK for JavaScript v3 makes of the server: one case a process, configured by the environment alone.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import {
  AssociateFacesCommand,
  CompareFacesCommand,
  ConflictException,
  CreateCollectionCommand,
  CreateUserCommand,
  DeleteCollectionCommand,
  DescribeCollectionCommand,
  DetectFacesCommand,
  DetectLabelsCommand,
  DetectModerationLabelsCommand,
  DetectTextCommand,
  ImageTooLargeException,
  IndexFacesCommand,
  InvalidPaginationTokenException,
  InvalidParameterException,
  InvalidS3ObjectException,
  ListCollectionsCommand,
  ListFacesCommand,
  ListStreamProcessorsCommand,
  RekognitionClient,
  ResourceNotFoundException,
  SearchFacesByImageCommand,
  SearchUsersByImageCommand,
  paginateListFaces,
} from "@aws-sdk/client-rekognition";

const picture = (name) => readFile(`${process.env.PICTURES}/${name}`);
const astronaut = { Bytes: await picture("skimage/astronaut.png") };

/** The error that a promise ends with; fails if it does not. */
const failure = async (promise) => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: "the call should have failed" });
};

const cases = {
  async detectFaces(client) {
    const answer = await client.send(new DetectFacesCommand({ Image: astronaut, Attributes: ["ALL"] }));
    assert.equal(answer.FaceDetails.length, 1);
    assert.equal(answer.FaceDetails[0].Landmarks.length, 30);
    assert.equal(answer.OrientationCorrection, undefined);
    assert.equal(answer.$metadata.httpStatusCode, 200);
    assert.match(answer.$metadata.requestId, /^[0-9a-f-]{36}$/);
    assert.equal(answer.$metadata.attempts, 1);
  },

  async detectFacesOfAnObject(client) {
    const S3Object = { Bucket: process.env.BUCKET, Name: process.env.KEY };
    const answer = await client.send(new DetectFacesCommand({ Image: { S3Object } }));
    assert.equal(answer.FaceDetails.length, 1);
    assert.equal(answer.FaceDetails[0].Landmarks.length, 5);
  },

  async compareFaces(client) {
    const SourceImage = { Bytes: await picture("face_recognition/obama.jpg") };
    const TargetImage = { Bytes: await picture("face_recognition/obama2.jpg") };
    const answer = await client.send(new CompareFacesCommand({ SourceImage, TargetImage }));
    assert.equal(answer.FaceMatches.length, 1);
    assert.ok(answer.FaceMatches[0].Similarity >= 80);
    const strangers = await client.send(new CompareFacesCommand({ SourceImage, TargetImage: astronaut }));
    assert.deepEqual(strangers.FaceMatches, []);
    assert.equal(strangers.UnmatchedFaces.length, 1);
  },

  async detectText(client) {
    const Image = { Bytes: await picture("skimage/page.png") };
    const { TextDetections, TextModelVersion, $metadata } = await client.send(new DetectTextCommand({ Image }));
    assert.equal(TextModelVersion, "3.0");
    assert.equal($metadata.attempts, 1);
    const lines = TextDetections.filter(({ Type }) => Type === "LINE");
    const heading = lines.find(({ DetectedText }) => DetectedText === "Region-based segmentation");
    assert.equal(heading.ParentId, undefined);
    const words = TextDetections.filter(({ ParentId }) => ParentId === heading.Id);
    assert.deepEqual(words.map(({ DetectedText }) => DetectedText), ["Region-based", "segmentation"]);
    for (const { Geometry } of words) {
      assert.equal(Geometry.Polygon.length, 4);
      assert.ok(Geometry.BoundingBox.Left >= 0 && Geometry.BoundingBox.Top + Geometry.BoundingBox.Height <= 1);
    }
    const Filters = { RegionsOfInterest: [{ BoundingBox: heading.Geometry.BoundingBox }] };
    const region = await client.send(new DetectTextCommand({ Image, Filters }));
    assert.deepEqual(region.TextDetections[0].DetectedText, "Region-based segmentation");
    assert.ok(region.TextDetections.length < TextDetections.length);
  },

  async aRegionWithoutAnInsideIsAnInvalidParameter(client) {
    const Filters = { RegionsOfInterest: [{ Polygon: [{ X: 0, Y: 0 }, { X: 1, Y: 1 }] }] };
    const error = await failure(client.send(new DetectTextCommand({ Image: astronaut, Filters })));
    assert.ok(error instanceof InvalidParameterException, String(error));
  },

  async detectLabels(client) {
    const Image = { Bytes: await picture("skimage/chelsea.png") };
    const Settings = { GeneralLabels: { LabelCategoryInclusionFilters: ["Animals and Pets"] } };
    const Features = ["GENERAL_LABELS", "IMAGE_PROPERTIES"];
    const answer = await client.send(new DetectLabelsCommand({ Image, Features, Settings, MaxLabels: 8, MinConfidence: 70 }));
    assert.ok(answer.Labels.length > 0 && answer.Labels.length <= 8);
    const cat = answer.Labels.find(({ Name }) => Name === "Cat");
    assert.ok(cat.Parents.some(({ Name }) => Name === "Animal"));
    assert.deepEqual(cat.Categories, [{ Name: "Animals and Pets" }]);
    assert.ok(answer.Labels.every(({ Confidence }) => Confidence >= 70));
    assert.ok(answer.ImageProperties.DominantColors[0].PixelPercent > 0);
    assert.match(answer.ImageProperties.DominantColors[0].HexCode, /^#[0-9a-f]{6}$/i);
  },

  async detectModerationLabels(client) {
    const answer = await client.send(new DetectModerationLabelsCommand({ Image: astronaut }));
    assert.deepEqual(answer.ModerationLabels, []);
    assert.deepEqual(answer.ContentTypes, []);
    assert.equal(answer.ModerationModelVersion, "7.0");
    assert.equal(answer.ProjectVersion, undefined);
    const Image = { Bytes: await picture("face-api/sample5.jpg") };
    const faint = await client.send(new DetectModerationLabelsCommand({ Image, MinConfidence: 1 }));
    const byName = new Map(faint.ModerationLabels.map((label) => [label.Name, label]));
    assert.ok(byName.size > 0);
    for (const { ParentName, TaxonomyLevel } of byName.values()) {
      assert.equal(TaxonomyLevel, ParentName === "" ? 1 : byName.get(ParentName).TaxonomyLevel + 1);
    }
  },

  async anAdapterThatDoesNotExistIsNotFound(client) {
    const ProjectVersion = "arn:aws:rekognition:us-east-1:123456789012:project/p/version/v/1574317227432";
    const error = await failure(client.send(new DetectModerationLabelsCommand({ Image: astronaut, ProjectVersion })));
    assert.ok(error instanceof ResourceNotFoundException, String(error));
    assert.equal(error.$metadata.attempts, 1);
  },

  async aCollectionFromItsMakingToItsEnd(client) {
    const CollectionId = `javascript-${process.pid}-${Date.now()}`;
    const made = await client.send(new CreateCollectionCommand({ CollectionId }));
    assert.equal(made.StatusCode, 200);
    const ids = [];
    for (const name of ["obama", "obama2", "biden"]) {
      const Image = { Bytes: await picture(`face_recognition/${name}.jpg`) };
      const answer = await client.send(new IndexFacesCommand({ CollectionId, Image, ExternalImageId: name, MaxFaces: 1 }));
      ids.push(answer.FaceRecords[0].Face.FaceId);
    }
    const described = await client.send(new DescribeCollectionCommand({ CollectionId }));
    assert.equal(described.FaceCount, 3);
    assert.ok(Math.abs(described.CreationTimestamp - Date.now()) < 600_000);
    const listed = [];
    for await (const page of paginateListFaces({ client, pageSize: 2 }, { CollectionId })) {
      listed.push(...page.Faces.map((face) => face.FaceId));
    }
    assert.deepEqual(listed, ids);
    const Image = { Bytes: await picture("face_recognition/obama.jpg") };
    const found = await client.send(new SearchFacesByImageCommand({ CollectionId, Image }));
    assert.deepEqual(found.FaceMatches.map((match) => match.Face.ExternalImageId), ["obama", "obama2"]);
    await client.send(new CreateUserCommand({ CollectionId, UserId: "obama" }));
    const twice = await failure(client.send(new CreateUserCommand({ CollectionId, UserId: "obama" })));
    assert.ok(twice instanceof ConflictException, String(twice));
    const associated = await client.send(
      new AssociateFacesCommand({ CollectionId, UserId: "obama", FaceIds: ids.slice(0, 2) }),
    );
    assert.equal(associated.UserStatus, "ACTIVE");
    const users = await client.send(new SearchUsersByImageCommand({ CollectionId, Image }));
    assert.equal(users.UserMatches[0].User.UserId, "obama");
    const token = await failure(client.send(new ListFacesCommand({ CollectionId, NextToken: "AAAA" })));
    assert.ok(token instanceof InvalidPaginationTokenException, String(token));
    await client.send(new DeleteCollectionCommand({ CollectionId }));
    const gone = await failure(client.send(new DescribeCollectionCommand({ CollectionId })));
    assert.ok(gone instanceof ResourceNotFoundException, String(gone));
    assert.equal(gone.$metadata.attempts, 1);
  },

  async aModelledErrorIsAnInstanceOfItsClass(client) {
    const S3Object = { Bucket: "unheard-of", Name: "x" };
    const error = await failure(client.send(new DetectFacesCommand({ Image: { S3Object } })));
    assert.ok(error instanceof InvalidS3ObjectException);
    assert.equal(error.name, "InvalidS3ObjectException");
    assert.equal(error.Code, "InvalidS3ObjectException");
    assert.match(error.Logref, /^[0-9a-f-]{36}$/);
    assert.match(error.message, /^Unable to get object metadata from S3/);
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.equal(error.$metadata.attempts, 1);
  },

  async noFaceIsAnInvalidParameter(client) {
    const TargetImage = { Bytes: await picture("skimage/chelsea.png") };
    const error = await failure(client.send(new CompareFacesCommand({ SourceImage: astronaut, TargetImage })));
    assert.ok(error instanceof InvalidParameterException);
  },

  async aHeaderThatLiesIsTooLarge(client) {
    // The head of a PNG of 60,000 x 60,000 pixels; its size is judged before its checksum.
    const Bytes = Buffer.from("89504e470d0a1a0a0000000d494844520000ea600000ea60080200000000000000", "hex");
    const error = await failure(client.send(new DetectFacesCommand({ Image: { Bytes } })));
    assert.ok(error instanceof ImageTooLargeException, String(error));
  },

  async aValidationErrorHasItsNameAndMessage(client) {
    const error = await failure(client.send(new DetectFacesCommand({ Image: astronaut, Attributes: ["HAT"] })));
    assert.equal(error.name, "ValidationException");
    assert.match(error.message, /'attributes.1.member'/);
    assert.equal(error.$metadata.attempts, 1);
  },

  async anOperationThatIsNotThereSaysSoOnce(client) {
    const error = await failure(client.send(new ListStreamProcessorsCommand({})));
    assert.equal(error.name, "NotImplementedException");
    assert.match(error.message, /ListStreamProcessors/);
    assert.equal(error.$metadata.httpStatusCode, 501);
    assert.equal(error.$metadata.attempts, 1);
  },

  async aWrongSecretIsAnInvalidSignature(client) {
    const { accessKeyId } = await client.config.credentials();
    const other = new RekognitionClient({ credentials: { accessKeyId, secretAccessKey: "x".repeat(40) } });
    const error = await failure(other.send(new ListCollectionsCommand({})));
    assert.equal(error.name, "InvalidSignatureException");
  },

  async aSessionTokenIsRefused(client) {
    const credentials = { ...(await client.config.credentials()), sessionToken: "IQoJb3JpZ2luX2VjE" };
    const error = await failure(new RekognitionClient({ credentials }).send(new ListCollectionsCommand({})));
    assert.equal(error.name, "UnrecognizedClientException");
    assert.match(error.message, /token/i);
  },

  async aSkewedClockIsCorrectedFromTheDateHeader(client) {
    const skewed = new RekognitionClient({ systemClockOffset: -60 * 60 * 1000 });
    const answer = await skewed.send(new DetectFacesCommand({ Image: astronaut }));
    assert.equal(answer.FaceDetails.length, 1);
    assert.equal(answer.$metadata.attempts, 2);
    assert.ok(Math.abs(skewed.config.systemClockOffset) < 60 * 1000);
  },

  async manyRequestsShareConnections(client) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.send(new DetectFacesCommand({ Image: astronaut }))),
    );
    for (const answer of answers) {
      assert.deepEqual(answer.FaceDetails, answers[0].FaceDetails);
    }
  },
};

const name = process.argv[2];
assert.ok(Object.hasOwn(cases, name), `no case ${name}`);
const client = new RekognitionClient({});
await cases[name](client);
client.destroy();
