-- How a session began, and what those who began it elsewhere know it by.
ALTER TABLE sessions ADD COLUMN about TEXT NOT NULL DEFAULT '{}';
ALTER TABLE sessions ADD COLUMN mark TEXT;
CREATE INDEX sessions_by_mark ON sessions (mark);
