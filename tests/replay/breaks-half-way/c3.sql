-- revision: c3
-- down_revision: b2

-- upgrade
CREATE TABLE t4 (a);

-- downgrade
DROP TABLE t4;
