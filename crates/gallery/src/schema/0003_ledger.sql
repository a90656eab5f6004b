-- 3: what the ledger needs of the records. `finder` is a random secret of a face or a user: who has it finds every entry
-- about that face in the ledger; when its row goes, nobody does (docs/decisions/0098-what-stands-in-an-entry.md).
ALTER TABLE faces ADD COLUMN finder BLOB;
UPDATE faces SET finder = randomblob(16);
ALTER TABLE users ADD COLUMN finder BLOB;
UPDATE users SET finder = randomblob(16);

-- Changes that were made beside the writer of the gallery, and are still to be told to the ledger. `actor` and `change` are JSON.
CREATE TABLE outbox (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    at           INTEGER NOT NULL,
    actor        TEXT NOT NULL,
    change       TEXT NOT NULL
) STRICT;
