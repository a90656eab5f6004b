-- 6: consents that were taken back or are over, by the record's id, which says nothing of whose: a copy of the record that comes back with a
-- file is taken back at once, also when the collection that it was recorded in is gone. `entry` is the ledger's number for it.
CREATE TABLE withdrawals (
    id           BLOB PRIMARY KEY,
    at           INTEGER NOT NULL,
    entry        INTEGER
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO withdrawals (id, at) SELECT id, ended FROM consents WHERE ended IS NOT NULL;

-- A withdrawal reaches every collection that has the record.
CREATE INDEX consents_by_id ON consents (id);
