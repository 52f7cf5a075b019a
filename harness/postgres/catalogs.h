/*
 * postgres/catalogs.h - what a snapshot asks of each catalog of the server. All queries give rows of the same
 * form; those that name fewer columns leave the rest empty.
 */
#ifndef POSTGRES_CATALOGS_H
#define POSTGRES_CATALOGS_H

#include "kit/str.h"

struct arena;

/* What the rows of a query are, and so how a snapshot takes them in. */
enum catalog_rows {
	CATALOG_CENSUS, /* gates of queries, in `kind` */
	CATALOG_LEFT_OUT, /* addresses, the catalog's name in `name`: told with others, or not at all */
	CATALOG_NAMESPACES,   /* what others are in */
	CATALOG_RELATIONS,    /* in the namespace `of`; some are told by other queries */
	CATALOG_OF_NAMESPACE, /* in the namespace `of` */
	CATALOG_OF_RELATION,  /* of the relation `of` */
	CATALOG_COLUMNS,      /* of the relation `of`; only a table's are told as such */
	CATALOG_CONSTRAINTS, /* of the relation `of`; of a primary key the numbers of its columns stand beside it */
	CATALOG_INDEXES,     /* on the relation `of`; a relation has their names */
	CATALOG_SEQUENCES,   /* a relation has their names */
	CATALOG_OF_DATABASE, /* in no namespace */
	CATALOG_COMMENTS,    /* on an object, the catalog's name in `name` */
	CATALOG_RIGHTS,      /* on an object: a privilege of a role */
	CATALOG_DEFAULT_RIGHTS,
};

/* Columns of a query. */
enum {
	ROW_KIND,  /* a word; empty: no object of a schema, but others belong to it */
	ROW_OID,   /* within its catalog */
	ROW_OF,    /* the oid of what it belongs to; of a right the privilege */
	ROW_NAME,  /* of a right what it is on, in words */
	ROW_FACTS, /* of a right the role's name; empty: everybody */
	ROW_MARK,  /* how far it counts; of a right whose it is */
	ROW_BESIDE, /* facts that stand beside the definition, where that is told elsewhere or not at all */
	ROW_RIGHTS, /* the gate of the query for its rights, where they are not the usual ones */
};

/*
 * A query costs a new session half a millisecond, most of it for learning the catalog. So what few databases have
 * is behind a gate: it is asked for once the answers to the others have opened it.
 */
struct catalog_query {
	const char *catalog; /* that its rows are objects of */
	enum catalog_rows rows;
	int since;        /* PostgreSQL 15; 0: any */
	const char *gate; /* NULL: none */
	const char *sql;
};

extern const struct catalog_query catalog_queries[];
extern const size_t catalog_query_count;

/* Append the query as a server of that version (150020) takes it. */
void catalog_query_add(const struct catalog_query *query, int version, struct buf *sql);

#endif
