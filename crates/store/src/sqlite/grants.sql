-- What the authorization server has granted, by the SHA-256 (hexadecimal) of what shows it.
CREATE TABLE grants (
    workspace TEXT NOT NULL,
    kind TEXT NOT NULL,
    hash TEXT NOT NULL,
    client TEXT NOT NULL,
    subject TEXT,
    family TEXT,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (workspace, kind, hash)
);
CREATE INDEX grants_by_family ON grants (family);
CREATE INDEX grants_by_client ON grants (client, kind);
CREATE INDEX grants_by_subject ON grants (subject, kind);
CREATE INDEX grants_by_expiry ON grants (expires_at);
