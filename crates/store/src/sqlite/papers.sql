-- What is kept of resources beside their documents: reviews, reports of tests, promotions.
CREATE TABLE papers (
    workspace TEXT NOT NULL,
    kind TEXT NOT NULL,
    number BIGINT NOT NULL,
    version BIGINT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    document TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (workspace, kind, number)
);
CREATE INDEX papers_by_subject ON papers (workspace, kind, subject, number);
CREATE INDEX papers_by_state ON papers (workspace, kind, state, number);
