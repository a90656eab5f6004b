-- 8: how ids of pictures follow from their bytes: `sha-256` where a collection was made before there was another, else `blake3`. A collection keeps to
-- one, so that a picture that was indexed is known for ever (docs/decisions/0121-less-beside-the-networks.md).
ALTER TABLE collections ADD COLUMN picture_digest TEXT NOT NULL DEFAULT 'sha-256';
