-- 5: who allowed searches of a collection below its floor, how far, why and until when. Thresholds are thousandths of a percent, moments
-- milliseconds. A row stays when it is over; it goes with its collection.
CREATE TABLE overrides (
    id           TEXT NOT NULL,
    collection   INTEGER NOT NULL,
    lowest       INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    allowed_by   TEXT NOT NULL,
    created      INTEGER NOT NULL,
    expires      INTEGER NOT NULL,
    ended        INTEGER,
    ended_by     TEXT,
    PRIMARY KEY (collection, id)
) STRICT, WITHOUT ROWID;
