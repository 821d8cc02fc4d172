-- Accounts of members and developers, roles and service tokens: what has no history of documents, only a version and the audit log.
CREATE TABLE people (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (kind, id)
);

INSERT INTO people (kind, id, version, document)
SELECT 'developer', email, 1, json_object('name', name, 'password', password, 'created_at', created_at) FROM developers;
DROP TABLE developers;

-- A link is for one purpose of one account.
DROP TABLE sign_in_links;
CREATE TABLE links (
    token_hash TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    subject TEXT NOT NULL,
    purpose TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX links_of_account ON links (role, subject);
CREATE INDEX sessions_of_account ON sessions (role, subject);
