-- 7: a face stands under every record of consent that it was enrolled under, not under the first alone
-- (docs/decisions/0115-a-face-under-several-records.md).
CREATE TABLE consented_by_record (
    collection   INTEGER NOT NULL,
    face         BLOB NOT NULL,
    consent      BLOB NOT NULL,
    PRIMARY KEY (collection, face, consent)
) STRICT, WITHOUT ROWID;
INSERT INTO consented_by_record (collection, face, consent) SELECT collection, face, consent FROM consented;
DROP TABLE consented;
ALTER TABLE consented_by_record RENAME TO consented;
CREATE INDEX consented_faces ON consented (collection, consent);
