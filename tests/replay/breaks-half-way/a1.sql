-- revision: a1
-- down_revision: null

-- upgrade
CREATE TABLE t1 (a);

-- downgrade
DROP TABLE t1;
