-- 4: what each collection is for, and who consented. The words are those of policy/; a row holds every value as it was when the
-- collection was made, so that other standards of a later release change nothing for it.
ALTER TABLE collections ADD COLUMN owner TEXT NOT NULL DEFAULT 'not stated';
ALTER TABLE collections ADD COLUMN purpose TEXT NOT NULL DEFAULT 'evaluation';
ALTER TABLE collections ADD COLUMN legal_basis TEXT NOT NULL DEFAULT 'evaluation';
ALTER TABLE collections ADD COLUMN retention_days INTEGER NOT NULL DEFAULT 30;
ALTER TABLE collections ADD COLUMN consent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE collections ADD COLUMN uses TEXT NOT NULL DEFAULT 'enrol verify deduplicate search video-search';
-- No face counts as kept before this moment. -1: made before there were policies; the gallery sets the moment when it opens, so
-- that an upgrade deletes nothing at once.
ALTER TABLE collections ADD COLUMN kept_from INTEGER NOT NULL DEFAULT -1;

-- What retention looks for at every run.
CREATE INDEX faces_by_age ON faces (collection, created);
CREATE INDEX users_without_faces ON users (collection, created) WHERE faces = 0;

-- Records of consent. `subject` is the caller's word for whoever consented; it goes when the consent is withdrawn or over.
CREATE TABLE consents (
    collection   INTEGER NOT NULL,
    id           BLOB NOT NULL,
    subject      TEXT,
    given        INTEGER NOT NULL,
    expires      INTEGER,
    -- SHA-256 of the text that was shown.
    text         BLOB NOT NULL,
    scope        TEXT NOT NULL,
    recorded     INTEGER NOT NULL,
    ended        INTEGER,
    finder       BLOB NOT NULL,
    PRIMARY KEY (collection, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX consents_by_subject ON consents (collection, subject, given) WHERE ended IS NULL;
CREATE INDEX consents_by_expiry ON consents (collection, expires) WHERE ended IS NULL AND expires IS NOT NULL;

-- Which consent a face was added under.
CREATE TABLE consented (
    collection   INTEGER NOT NULL,
    face         BLOB NOT NULL,
    consent      BLOB NOT NULL,
    PRIMARY KEY (collection, face)
) STRICT, WITHOUT ROWID;
CREATE INDEX consented_faces ON consented (collection, consent);
