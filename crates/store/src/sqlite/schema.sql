-- Resources as they are now.
CREATE TABLE resources (
    workspace TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    document TEXT NOT NULL,
    origin TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, kind, id)
);

-- Every state a resource has had; without a document it was deleted.
CREATE TABLE revisions (
    workspace TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    snapshot BIGINT NOT NULL,
    document TEXT,
    actor TEXT NOT NULL,
    origin TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (workspace, kind, id, revision)
);

-- One row per commit.
CREATE TABLE snapshots (
    number BIGINT PRIMARY KEY,
    workspace TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    changes BIGINT NOT NULL
);

-- Contracts by the SHA-256 of their text in hexadecimal.
CREATE TABLE contracts (
    hash TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Each hash covers its row and the hash of the row before.
CREATE TABLE audit (
    number BIGINT PRIMARY KEY,
    workspace TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    address TEXT,
    action TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    revision BIGINT,
    snapshot BIGINT,
    document_before TEXT,
    document_after TEXT,
    hash TEXT NOT NULL
);
CREATE INDEX audit_of_resource ON audit (kind, id, number);
CREATE INDEX audit_of_actor ON audit (actor, number);

-- The last link of the audit chain, so that records cut off its end are missed.
CREATE TABLE audit_head (
    only BIGINT PRIMARY KEY CHECK (only = 1),
    number BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (only, number, hash) VALUES (1, 0, '');

-- History is written once.
CREATE TRIGGER revisions_are_final BEFORE UPDATE ON revisions BEGIN SELECT RAISE(ABORT, 'revisions are append-only'); END;
CREATE TRIGGER revisions_stay BEFORE DELETE ON revisions BEGIN SELECT RAISE(ABORT, 'revisions are append-only'); END;
CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

-- People of the portal.
CREATE TABLE developers (
    email TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Tokens are kept as SHA-256 in hexadecimal.
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    subject TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE sign_in_links (
    token_hash TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
