-- When keys were last used, by their SHA-256 (32 bytes).
CREATE TABLE key_uses (
    workspace TEXT NOT NULL,
    hash BLOB NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, hash)
);
