/*
 * plain_loop CONNINFO COUNT LAG - what a cell costs without Rehearse: for each cell clone a prepared database,
 * connect, send the statements of an upgrade, read the tables back, disconnect, drop; one after another. With a
 * lag of 1 it is the database before that is dropped: the server waits in steps of 100 ms for a session that
 * is just ending, which the database of a moment ago may still have. Prints the microseconds a
 * cell took. The statements are those of the scenario in postgres.py.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char *const statements[] = {
	"BEGIN",
	"SELECT version_num FROM alembic_version",
	"CREATE TABLE trades (id integer PRIMARY KEY, created_at timestamp NOT NULL)",
	"UPDATE alembic_version SET version_num = '0002' WHERE version_num = '0001'",
	"ALTER TABLE transactions ADD COLUMN trade_id integer REFERENCES trades (id)",
	"CREATE INDEX ix_transactions_trade ON transactions (trade_id)",
	"UPDATE alembic_version SET version_num = '0003' WHERE version_num = '0002'",
	"COMMIT",
	"SELECT version_num FROM alembic_version",
	"SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'",
};

static PGconn *link_to(const char *conninfo, const char *database)
{
	const char *keys[] = { "dbname", "dbname", NULL };
	const char *values[] = { conninfo, database, NULL };
	PGconn *link = PQconnectdbParams(keys, values, 1);

	if (PQstatus(link) != CONNECTION_OK) {
		fprintf(stderr, "%s", PQerrorMessage(link));
		exit(1);
	}
	return link;
}

static void run(PGconn *link, const char *sql)
{
	PGresult *result = PQexec(link, sql);
	const ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		fprintf(stderr, "%s: %s", sql, PQerrorMessage(link));
		exit(1);
	}
	PQclear(result);
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		return 2;
	}
	const int count = atoi(argv[2]), lag = atoi(argv[3]);
	PGconn *admin = link_to(argv[1], "postgres");
	const char *how = PQserverVersion(admin) >= 150000 ? " STRATEGY FILE_COPY" : "";

	run(admin, "CREATE DATABASE plain_template");
	PGconn *link = link_to(argv[1], "plain_template");
	run(link, "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)");
	run(link, "INSERT INTO alembic_version VALUES ('0001')");
	run(link, "CREATE TABLE transactions (id integer PRIMARY KEY, amount numeric NOT NULL)");
	PQfinish(link);

	const double start_us = now_us();
	for (int i = 0; i < count + lag; i++) {
		char sql[128];

		if (i < count) {
			snprintf(sql, sizeof(sql),
					"CREATE DATABASE plain_cell%d TEMPLATE plain_template%s", i,
					how);
			run(admin, sql);
			snprintf(sql, sizeof(sql), "plain_cell%d", i);
			link = link_to(argv[1], sql);
			for (size_t j = 0; j < sizeof(statements) / sizeof(*statements); j++) {
				run(link, statements[j]);
			}
			PQfinish(link);
		}
		if (i >= lag) {
			snprintf(sql, sizeof(sql), "DROP DATABASE plain_cell%d WITH (FORCE)",
					i - lag);
			run(admin, sql);
		}
	}
	printf("%.0f\n", (now_us() - start_us) / count);
	run(admin, "DROP DATABASE plain_template");
	PQfinish(admin);
	return 0;
}
