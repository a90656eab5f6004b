-- 2: collections, faces, users, tags. Moments are milliseconds since 1970. Numbers of collections and stores are never
-- used twice (AUTOINCREMENT): sealed keys are bound to them, and folders are named after them.
CREATE TABLE collections (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT NOT NULL UNIQUE,
    version      TEXT NOT NULL,
    dimensions   INTEGER NOT NULL,
    created      INTEGER NOT NULL,
    -- The collection's data key, sealed under the server's key. Overwritten when the collection is deleted.
    sealed_key   BLOB NOT NULL,
    face_store   INTEGER NOT NULL,
    user_store   INTEGER NOT NULL,
    faces        INTEGER NOT NULL DEFAULT 0,
    users        INTEGER NOT NULL DEFAULT 0,
    next_user    INTEGER NOT NULL DEFAULT 1
) STRICT;

-- Deleted collections whose rows are still to be removed, a few at a time. Their names and keys are gone.
CREATE TABLE purges (
    collection   INTEGER PRIMARY KEY
) STRICT;

-- A store is one folder of segment files in `templates`: the templates of a collection's faces, or its users' vectors.
CREATE TABLE stores (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    collection   INTEGER NOT NULL,
    dimensions   INTEGER NOT NULL,
    -- The label that the next vector gets.
    next_label   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX stores_of_collection ON stores (collection);

-- What of each segment file is committed; what a file holds beyond is cut off when it is opened.
CREATE TABLE segments (
    store        INTEGER NOT NULL REFERENCES stores (number) ON DELETE CASCADE,
    place        INTEGER NOT NULL,
    segment      INTEGER NOT NULL,
    slots        INTEGER NOT NULL,
    PRIMARY KEY (store, place)
) STRICT, WITHOUT ROWID;

-- Labels whose vectors are deleted: one bit each, 32,768 a row.
CREATE TABLE dead (
    number       INTEGER PRIMARY KEY,
    store        INTEGER NOT NULL REFERENCES stores (number) ON DELETE CASCADE,
    chunk        INTEGER NOT NULL,
    bits         BLOB NOT NULL,
    UNIQUE (store, chunk)
) STRICT;

-- Faces, by the label of their template. `box` is four little-endian 32-bit floats: left, top, width, height.
CREATE TABLE faces (
    collection   INTEGER NOT NULL,
    label        INTEGER NOT NULL,
    id           BLOB NOT NULL,
    image        BLOB NOT NULL,
    external_id  TEXT,
    box          BLOB NOT NULL,
    confidence   REAL NOT NULL,
    created      INTEGER NOT NULL,
    user         INTEGER,
    PRIMARY KEY (collection, label)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX faces_by_id ON faces (collection, id);
CREATE INDEX faces_of_user ON faces (collection, user, label) WHERE user IS NOT NULL;

-- Users. `label` is that of the user's vector, while it has one.
CREATE TABLE users (
    collection   INTEGER NOT NULL,
    number       INTEGER NOT NULL,
    name         TEXT NOT NULL,
    label        INTEGER,
    faces        INTEGER NOT NULL DEFAULT 0,
    created      INTEGER NOT NULL,
    PRIMARY KEY (collection, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_by_name ON users (collection, name);
CREATE UNIQUE INDEX users_by_label ON users (collection, label) WHERE label IS NOT NULL;

-- Which faces came from a picture under an external id, by a hash of both: the newest in a table, older ones in sorted
-- runs with a filter each (see images.rs). Entries of deleted faces may stay for a while; the face's row decides.
CREATE TABLE images (
    collection   INTEGER NOT NULL,
    key          INTEGER NOT NULL,
    label        INTEGER NOT NULL,
    PRIMARY KEY (collection, key, label)
) STRICT, WITHOUT ROWID;
CREATE TABLE image_runs (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    collection   INTEGER NOT NULL,
    entries      INTEGER NOT NULL,
    filter       BLOB NOT NULL
) STRICT;
CREATE INDEX image_runs_of_collection ON image_runs (collection);
-- `entries`: key and label, eight big-endian bytes each, in rising order.
CREATE TABLE image_blocks (
    number       INTEGER PRIMARY KEY,
    run          INTEGER NOT NULL REFERENCES image_runs (number),
    first        INTEGER NOT NULL,
    entries      BLOB NOT NULL
) STRICT;
CREATE INDEX image_blocks_by_key ON image_blocks (run, first);

CREATE TABLE tags (
    kind         TEXT NOT NULL,
    resource     TEXT NOT NULL,
    key          TEXT NOT NULL,
    value        TEXT NOT NULL,
    PRIMARY KEY (kind, resource, key)
) STRICT, WITHOUT ROWID;

-- Answers to requests that carried a token, to be given again. `request` is a hash of the request.
CREATE TABLE tokens (
    principal    TEXT NOT NULL,
    token        TEXT NOT NULL,
    collection   INTEGER NOT NULL,
    request      BLOB NOT NULL,
    answer       BLOB NOT NULL,
    expires      INTEGER NOT NULL,
    PRIMARY KEY (principal, token)
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_by_expiry ON tokens (expires);
CREATE INDEX tokens_of_collection ON tokens (collection);

-- A collection on its way to another template version: a store that fills beside the one in use.
CREATE TABLE migrations (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    collection   INTEGER NOT NULL UNIQUE,
    store        INTEGER NOT NULL REFERENCES stores (number),
    version      TEXT NOT NULL,
    dimensions   INTEGER NOT NULL,
    started      INTEGER NOT NULL
) STRICT;
-- Which label of that store holds the new template of a face. Rows of migrations that ended are removed by the upkeep.
CREATE TABLE migrated (
    migration    INTEGER NOT NULL,
    face         INTEGER NOT NULL,
    label        INTEGER NOT NULL,
    PRIMARY KEY (migration, face)
) STRICT, WITHOUT ROWID;
