-- Keys that secrets are sealed by, each sealed by a master key that is not here.
CREATE TABLE data_keys (
    id TEXT PRIMARY KEY,
    master TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Nonce, ciphertext and tag in Base64.
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    data_key TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
