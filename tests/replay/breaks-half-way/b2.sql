-- revision: b2
-- down_revision: a1

-- upgrade
CREATE TABLE t2 (a);
INSERT INTO t2 VALUES (1);
CREATE TABLE t3 (a);
INSERT INTO t3 VALUES (2);
SELECT * FROM nope;

-- downgrade
DROP TABLE t3;
DELETE FROM t1;
SELECT * FROM nope;
