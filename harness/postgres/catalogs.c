/*
 * The queries of a snapshot. A part in braces is for some versions of PostgreSQL alone, {14:...} for 14 and newer
 * ones, {15-16:...} for both. Of objects that initdb made oids are below 16384. What only a superuser can make,
 * whom a scenario never is, is not asked for: languages, access methods, operator classes, event triggers,
 * foreign servers, subscriptions.
 */
#include "postgres/catalogs.h"

#include <assert.h>
#include <stdlib.h>

/* clang-format off */

/* The role of a cell has another name in each run. */
#define ROLE_NAME(oid)                                                                                   \
	"CASE pg_get_userbyid(" oid ") WHEN session_user THEN 'session_user' "                           \
	"ELSE quote_ident(pg_get_userbyid(" oid ")) END"

/* The collation of something of a type, where it is not the type's own. */
#define COLLATION(collation, type)                                                                       \
	"CASE WHEN " collation " NOT IN (0, 100) THEN (SELECT 'collate ' || quote_ident(l.collname) "    \
	"  FROM pg_collation l, pg_type y WHERE l.oid = " collation " AND y.oid = " type                 \
	"  AND y.typcollation <> l.oid) END"

/* A row for each privilege that a role has by the list `acl`, and for each that it has where nobody says anything. */
#define RIGHTS(oid, what, acl, usual, from)                                                              \
	"SELECT CASE WHEN is_usual THEN 'usual' ELSE 'right' END, " oid ", "                             \
	"  privilege_type || CASE WHEN is_grantable THEN ' with grant option' ELSE '' END, " what ", "   \
	"  CASE WHEN grantee <> 0 THEN " ROLE_NAME("grantee") " END, "                                   \
	"  CASE WHEN grantee = grantor THEN 'owner' END "                                                \
	"FROM " from ", LATERAL (VALUES (false, " acl "), (true, " usual ")) l(is_usual, list), "        \
	"  aclexplode(list) WHERE "

const struct catalog_query catalog_queries[] = {
	/*
	 * In which catalogs there are objects of others than the server, and whether extensions have brought some. A
	 * cast, a collation or the like depends on something, or has an owner. Every table is in some of the catalogs, so
	 * those are looked into for what else is there.
	 */
	{ "pg_depend", CATALOG_CENSUS, 0, NULL,
			"SELECT DISTINCT CASE WHEN refclassid = 'pg_extension'::regclass AND deptype = 'e' "
			"  THEN 'extension' ELSE classid::regclass::text END FROM pg_depend WHERE objid >= 16384 "
			"UNION SELECT classid::regclass::text FROM pg_shdepend "
			"  WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) "
			"UNION ALL SELECT 'sequences' WHERE EXISTS (SELECT FROM pg_sequence) "
			"UNION ALL SELECT 'triggers' WHERE EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal) "
			"UNION ALL SELECT 'types' WHERE "
			"  EXISTS (SELECT FROM pg_type WHERE oid >= 16384 AND typtype IN ('e', 'd', 'r')) "
			"  OR EXISTS (SELECT FROM pg_class WHERE oid >= 16384 AND relkind = 'c') "
			"UNION ALL SELECT 'extensions' WHERE EXISTS (SELECT FROM pg_extension WHERE extname <> 'plpgsql') "
			"UNION ALL SELECT 'comments' WHERE EXISTS (SELECT FROM pg_description WHERE objoid >= 16384)" },

	/* What extensions have brought. */
	{ "pg_depend", CATALOG_LEFT_OUT, 0, "extension",
			"SELECT '', objid, 0, classid::regclass, '' FROM pg_depend "
			"WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'" },

	{ "pg_namespace", CATALOG_NAMESPACES, 0, NULL,
			"SELECT CASE nspname WHEN 'public' THEN '' ELSE 'schema' END, oid, 0, nspname, '', '', '', "
			"  CASE WHEN CASE WHEN nspname <> 'public' THEN nspacl IS NOT NULL "
			"      ELSE nspacl IS NULL OR nspacl::text !~ '^{[^,]+=UC/[^,]+,={12-14:UC}{15:U}/[^,]+}$' END "
			"    THEN 'rights on schemas' END "
			"FROM pg_namespace WHERE NOT starts_with(nspname, 'pg_') AND nspname <> 'information_schema'" },

	/* Only a table has a replica identity; the access method 2 is the usual one. */
	{ "pg_class", CATALOG_RELATIONS, 0, NULL,
			"SELECT CASE WHEN relkind IN ('r', 'p', 'f') THEN 'table' WHEN relkind IN ('v', 'm') THEN 'view' "
			"  ELSE '' END, oid, relnamespace, relname, concat_ws(' ', "
			"  CASE relpersistence WHEN 'u' THEN 'unlogged' END, "
			"  CASE relkind WHEN 'f' THEN 'foreign' WHEN 'm' THEN 'materialized' "
			"    WHEN 'p' THEN 'partition by ' || pg_get_partkeydef(oid) END, "
			"  CASE WHEN relispartition THEN 'partition of ' ELSE 'inherits ' END || "
			"    nullif(array_to_string(ARRAY(SELECT inhparent::regclass FROM pg_inherits "
			"      WHERE inhrelid = oid ORDER BY inhseqno), ', '), ''), "
			"  CASE WHEN relispartition THEN lower(left(pg_get_expr(relpartbound, oid), 3)) || "
			"    substr(pg_get_expr(relpartbound, oid), 4) END, "
			"{14:CASE WHEN relispartition AND EXISTS (SELECT FROM pg_inherits "
			"    WHERE inhrelid = oid AND inhdetachpending) THEN 'detach pending' END, }"
			"  CASE WHEN reloftype <> 0 THEN 'of ' || format_type(reloftype, NULL) END, "
			"  CASE WHEN relrowsecurity THEN 'row level security' END, "
			"  CASE WHEN relforcerowsecurity THEN 'forced' END, "
			"  CASE WHEN relkind IN ('r', 'p') THEN CASE relreplident "
			"    WHEN 'f' THEN 'replica identity full' WHEN 'n' THEN 'replica identity nothing' END END, "
			"  CASE WHEN relkind IN ('r', 'm') AND relam <> 2 THEN "
			"    (SELECT 'using ' || quote_ident(amname) FROM pg_am a WHERE a.oid = relam) END, "
			"  CASE WHEN reltablespace <> 0 THEN "
			"    (SELECT 'tablespace ' || quote_ident(spcname) FROM pg_tablespace s WHERE s.oid = reltablespace) END, "
			"  'with (' || array_to_string(reloptions, ', ') || ')', "
			"  CASE WHEN reltoastrelid <> 0 THEN (SELECT 'toast with (' || array_to_string(t.reloptions, ', ') || ')' "
			"    FROM pg_class t WHERE t.oid = c.reltoastrelid) END, "
			"  CASE WHEN relkind IN ('v', 'm') THEN 'as ' || pg_get_viewdef(oid) END, "
			"  CASE WHEN relkind = 'm' AND NOT relispopulated THEN 'with no data' END), '', '', "
			"  CASE WHEN relacl IS NOT NULL THEN 'rights on tables' END "
			"FROM pg_class c WHERE oid >= 16384" },

	/*
	 * Storage can be chosen for what has no fixed length alone. Releases from November 2026 on (15.20) keep a number
	 * of their own, which nobody sets, among the options of each column.
	 */
	{ "pg_attribute", CATALOG_COLUMNS, 0, NULL,
			"SELECT 'column', attnum, attrelid, attname, concat_ws(' ', "
			"  format_type(atttypid, atttypmod), "
			"  " COLLATION("attcollation", "atttypid") ", "
			"  CASE WHEN attnotnull THEN 'not null' END, "
			"{18:CASE WHEN attnotnull AND EXISTS (SELECT FROM pg_constraint WHERE conrelid = attrelid "
			"    AND contype = 'n' AND conkey[1] = attnum AND NOT convalidated) THEN 'not valid' END, }"
			"  CASE attidentity WHEN 'a' THEN 'generated always as identity' "
			"    WHEN 'd' THEN 'generated by default as identity' END, "
			"  CASE attgenerated WHEN '' THEN 'default ' ELSE 'generated always as (' END || "
			"    CASE WHEN atthasdef THEN (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef "
			"      WHERE adrelid = attrelid AND adnum = attnum) END || "
			"    CASE attgenerated WHEN '' THEN '' ELSE ')' END, "
			"  CASE attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END, "
			"{14:CASE attcompression WHEN 'p' THEN 'compression pglz' WHEN 'l' THEN 'compression lz4' END, }"
			"  CASE WHEN attlen = -1 AND attstorage <> (SELECT typstorage FROM pg_type WHERE oid = atttypid) "
			"    THEN CASE attstorage WHEN 'p' THEN 'storage plain' WHEN 'e' THEN 'storage external' "
			"      WHEN 'm' THEN 'storage main' ELSE 'storage extended' END END), "
			"  CASE attgenerated WHEN 'v' THEN 'computed' END, "
			"  concat_ws(' ', "
			"    CASE WHEN atthasdef AND (SELECT relkind FROM pg_class WHERE oid = attrelid) = 'v' THEN "
			"      (SELECT 'default ' || pg_get_expr(adbin, adrelid) FROM pg_attrdef "
			"        WHERE adrelid = attrelid AND adnum = attnum) END, "
			"    'statistics ' || nullif(attstattarget, -1), "
			"    CASE WHEN attoptions IS NOT NULL THEN 'with (' || (SELECT string_agg(o, ', ') "
			"      FROM unnest(attoptions) o WHERE NOT starts_with(o, 'pg_attver=')) || ')' END), "
			"  CASE WHEN attacl IS NOT NULL THEN 'rights on columns' END "
			"FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0 AND NOT attisdropped "
			"ORDER BY attrelid, attnum" },

	{ "pg_constraint", CATALOG_CONSTRAINTS, 0, NULL,
			"SELECT CASE contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' "
			"  WHEN 'f' THEN 'foreign key' WHEN 'c' THEN 'check' ELSE 'exclusion' END, "
			"  oid, conrelid, conname, pg_get_constraintdef(oid), "
			"  CASE {18:WHEN NOT conenforced THEN 'not enforced' }WHEN NOT convalidated THEN 'unproven' END, "
			"  CASE contype WHEN 'p' THEN array_to_string(conkey, ' ') END "
			"FROM pg_constraint WHERE conrelid >= 16384 AND contype IN ('p', 'u', 'f', 'c', 'x')" },

	/* An index that a constraint has made is told with it. */
	{ "pg_constraint", CATALOG_LEFT_OUT, 0, NULL,
			"SELECT '', conindid, 0, 'pg_class', '' FROM pg_constraint "
			"WHERE conrelid >= 16384 AND contype IN ('p', 'u', 'x')" },

	{ "pg_index", CATALOG_INDEXES, 0, NULL,
			"SELECT 'index', indexrelid, indrelid, '', concat_ws(' ', "
			"  CASE WHEN indisunique THEN 'unique' END, "
			"  substr(pg_get_indexdef(indexrelid), strpos(pg_get_indexdef(indexrelid), ' USING ') + 1), "
			"  CASE WHEN NOT indisvalid THEN 'invalid' END), "
			"  CASE WHEN NOT indisvalid THEN 'invalid' END, concat_ws(' ', "
			"  CASE WHEN indisclustered THEN 'clustered' END, "
			"  CASE WHEN indisreplident THEN 'replica identity' END) "
			"FROM pg_index WHERE indexrelid >= 16384" },

	{ "pg_sequence", CATALOG_SEQUENCES, 0, "sequences",
			"SELECT 'sequence', seqrelid, 0, '', concat_ws(' ', format_type(seqtypid, NULL), "
			"  'start ' || seqstart, 'increment ' || seqincrement, 'min ' || seqmin, 'max ' || seqmax, "
			"  'cache ' || seqcache, CASE WHEN seqcycle THEN 'cycle' END, "
			"  (SELECT 'owned by ' || (pg_identify_object(refclassid, refobjid, refobjsubid)).identity "
			"    FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = seqrelid "
			"    AND deptype IN ('a', 'i') AND refclassid = 'pg_class'::regclass LIMIT 1)) "
			"FROM pg_sequence" },

	/* A range type has constructors and casts, which depend on it. */
	{ "pg_proc", CATALOG_OF_NAMESPACE, 0, "pg_proc",
			"SELECT CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, "
			"  oid, pronamespace, proname, concat_ws(' ', '(' || pg_get_function_identity_arguments(oid) || ')', "
			"  CASE WHEN prokind <> 'a' THEN pg_get_functiondef(oid) ELSE "
			"    (SELECT concat_ws(' ', 'sfunc ' || aggtransfn::regproc, 'stype ' || format_type(aggtranstype, NULL), "
			"      CASE WHEN aggfinalfn <> 0 THEN 'finalfunc ' || aggfinalfn::regproc END, "
			"      CASE WHEN aggcombinefn <> 0 THEN 'combinefunc ' || aggcombinefn::regproc END, "
			"      CASE WHEN aggsortop <> 0 THEN 'sortop ' || aggsortop::regoperator END, "
			"      'initcond ' || quote_literal(agginitval)) FROM pg_aggregate WHERE aggfnoid = oid) END) "
			"FROM pg_proc WHERE oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend "
			"  WHERE classid = 'pg_proc'::regclass AND objid = oid AND deptype IN ('e', 'i'))" },

	{ "pg_trigger", CATALOG_OF_RELATION, 0, "triggers",
			"SELECT 'trigger', oid, tgrelid, tgname, concat_ws(' ', "
			"  substr(pg_get_triggerdef(oid), strpos(pg_get_triggerdef(oid), quote_ident(tgname)) + "
			"    length(quote_ident(tgname)) + 1), "
			"  CASE tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END), "
			"  CASE tgenabled WHEN 'D' THEN 'disabled' END "
			"FROM pg_trigger WHERE NOT tgisinternal" },

	{ "pg_type", CATALOG_OF_NAMESPACE, 0, "types",
			"SELECT 'type', t.oid, typnamespace, typname, CASE typtype "
			"  WHEN 'e' THEN 'enum (' || array_to_string(ARRAY(SELECT quote_literal(enumlabel) "
			"    FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder), ', ') || ')' "
			"  WHEN 'd' THEN concat_ws(' ', 'domain', format_type(typbasetype, typtypmod), "
			"    " COLLATION("t.typcollation", "t.typbasetype") ", "
			"    CASE WHEN typnotnull THEN 'not null' END, 'default ' || typdefault, "
			"    nullif(array_to_string(ARRAY(SELECT quote_ident(conname) || ' ' || pg_get_constraintdef(oid) "
			"      FROM pg_constraint WHERE contypid = t.oid AND contype = 'c' ORDER BY conname), ' '), '')) "
			"  WHEN 'r' THEN (SELECT concat_ws(' ', 'range of ' || format_type(rngsubtype, NULL), "
			"    " COLLATION("rngcollation", "rngsubtype") ", "
			"    CASE WHEN rngsubdiff <> 0 THEN 'subtype_diff ' || rngsubdiff::regproc END) "
			"    FROM pg_range WHERE rngtypid = t.oid) "
			"  ELSE '(' || array_to_string(ARRAY(SELECT concat_ws(' ', quote_ident(attname), "
			"    format_type(atttypid, atttypmod), " COLLATION(
			"attcollation",
			"atttypid") ") FROM pg_attribute WHERE attrelid = typrelid "
			"    AND attnum > 0 AND NOT attisdropped ORDER BY attnum), ', ') || ')' END, '', '', "
			"  CASE WHEN typacl IS NOT NULL THEN 'rights on types' END "
			"FROM pg_type t LEFT JOIN pg_class c ON c.oid = typrelid "
			"WHERE t.oid >= 16384 AND (typtype IN ('e', 'd', 'r') OR relkind = 'c')" },

	{ "pg_policy", CATALOG_OF_RELATION, 0, "pg_policy",
			"SELECT 'policy', oid, polrelid, polname, concat_ws(' ', "
			"  CASE WHEN polpermissive THEN 'permissive' ELSE 'restrictive' END, "
			"  'for ' || CASE polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' "
			"    WHEN 'd' THEN 'delete' ELSE 'all' END, "
			"  CASE WHEN polroles <> '{0}' THEN 'to ' || array_to_string(ARRAY(SELECT " ROLE_NAME(
			"r") " AS name FROM unnest(polroles) r ORDER BY name), ', ') END, "
			"  'using (' || pg_get_expr(polqual, polrelid) || ')', "
			"  'check (' || pg_get_expr(polwithcheck, polrelid) || ')') "
			"FROM pg_policy" },

	{ "pg_rewrite", CATALOG_OF_RELATION, 0, "pg_rewrite",
			"SELECT 'rule', oid, ev_class, rulename, concat_ws(' ', pg_get_ruledef(oid), "
			"  CASE ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END) "
			"FROM pg_rewrite WHERE ev_class >= 16384 AND rulename <> '_RETURN'" },

	{ "pg_statistic_ext", CATALOG_OF_NAMESPACE, 0, "pg_statistic_ext",
			"SELECT 'statistics', oid, stxnamespace, stxname, concat_ws(' ', pg_get_statisticsobjdef(oid)"
			"{13:, 'statistics ' || nullif(stxstattarget, -1)}) "
			"FROM pg_statistic_ext" },

	{ "pg_collation", CATALOG_OF_NAMESPACE, 0, "pg_collation",
			"SELECT 'collation', oid, collnamespace, collname, concat_ws(' ', "
			"  CASE collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END, "
			"  quote_literal(coalesce({15-16:colliculocale, }{17:colllocale, }collcollate)), "
			"  CASE WHEN collctype <> collcollate THEN 'ctype ' || quote_literal(collctype) END, "
			"{16:'rules ' || quote_literal(collicurules), }"
			"  CASE WHEN NOT collisdeterministic THEN 'not deterministic' END) "
			"FROM pg_collation WHERE oid >= 16384" },

	{ "pg_conversion", CATALOG_OF_NAMESPACE, 0, "pg_conversion",
			"SELECT 'conversion', oid, connamespace, conname, concat_ws(' ', "
			"  CASE WHEN condefault THEN 'default' END, pg_encoding_to_char(conforencoding), "
			"  'to ' || pg_encoding_to_char(contoencoding), 'from ' || conproc) "
			"FROM pg_conversion WHERE oid >= 16384" },

	{ "pg_operator", CATALOG_OF_NAMESPACE, 0, "pg_operator",
			"SELECT 'operator', oid, oprnamespace, oprname, concat_ws(' ', "
			"  '(' || concat_ws(', ', CASE WHEN oprleft <> 0 THEN format_type(oprleft, NULL) ELSE 'none' END, "
			"    CASE WHEN oprright <> 0 THEN format_type(oprright, NULL) ELSE 'none' END) || ')', "
			"  'function ' || oprcode, CASE WHEN oprcom <> 0 THEN 'commutator ' || oprcom::regoperator END, "
			"  CASE WHEN oprnegate <> 0 THEN 'negator ' || oprnegate::regoperator END, "
			"  CASE WHEN oprrest <> 0 THEN 'restrict ' || oprrest END, "
			"  CASE WHEN oprjoin <> 0 THEN 'join ' || oprjoin END, "
			"  CASE WHEN oprcanhash THEN 'hashes' END, CASE WHEN oprcanmerge THEN 'merges' END) "
			"FROM pg_operator WHERE oid >= 16384" },

	{ "pg_ts_config", CATALOG_OF_NAMESPACE, 0, "pg_ts_config",
			"SELECT 'text search', oid, cfgnamespace, cfgname, 'configuration ' || concat_ws(', ', "
			"  (SELECT quote_ident(prsname) FROM pg_ts_parser p WHERE p.oid = cfgparser), "
			"  nullif(array_to_string(ARRAY(SELECT maptokentype || ' ' || mapdict::regdictionary FROM pg_ts_config_map "
			"    WHERE mapcfg = oid ORDER BY maptokentype, mapseqno), ', '), '')) "
			"FROM pg_ts_config WHERE oid >= 16384" },

	{ "pg_ts_dict", CATALOG_OF_NAMESPACE, 0, "pg_ts_dict",
			"SELECT 'text search', oid, dictnamespace, dictname, concat_ws(' ', 'dictionary', "
			"  (SELECT quote_ident(tmplname) FROM pg_ts_template t WHERE t.oid = dicttemplate), "
			"  '(' || dictinitoption || ')') "
			"FROM pg_ts_dict WHERE oid >= 16384" },

	{ "pg_cast", CATALOG_OF_DATABASE, 0, "pg_cast",
			"SELECT 'cast', oid, 0, '', concat_ws(' ', '(' || format_type(castsource, NULL) || ' as ' || "
			"    format_type(casttarget, NULL) || ')', "
			"  CASE castmethod WHEN 'f' THEN 'with function ' || castfunc::regprocedure "
			"    WHEN 'i' THEN 'with inout' ELSE 'without function' END, "
			"  CASE castcontext WHEN 'a' THEN 'as assignment' WHEN 'i' THEN 'as implicit' END) "
			"FROM pg_cast WHERE oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend "
			"  WHERE classid = 'pg_cast'::regclass AND objid = oid AND deptype = 'i')" },

	{ "pg_publication", CATALOG_OF_DATABASE, 0, "pg_publication",
			"SELECT 'publication', oid, 0, pubname, concat_ws(' ', CASE WHEN puballtables THEN 'for all tables' END, "
			"  '(' || concat_ws(', ', CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubupdate THEN 'update' END, "
			"    CASE WHEN pubdelete THEN 'delete' END, CASE WHEN pubtruncate THEN 'truncate' END) || ')'"
			"{13:, CASE WHEN pubviaroot THEN 'via root' END}"
			"{18:, CASE pubgencols WHEN 's' THEN 'with generated columns' END}) "
			"FROM pg_publication WHERE oid >= 16384" },

	{ "pg_publication_rel", CATALOG_OF_DATABASE, 0, "pg_publication_rel",
			"SELECT 'publication', oid, 0, (SELECT pubname FROM pg_publication p WHERE p.oid = prpubid), "
			"  concat_ws(' ', 'for table ' || prrelid::regclass"
			"{15:, '(' || nullif(array_to_string(ARRAY(SELECT quote_ident(attname) FROM pg_attribute "
			"    WHERE attrelid = prrelid AND attnum = ANY (prattrs) ORDER BY attnum), ', '), '') || ')', "
			"  'where ' || pg_get_expr(prqual, prrelid)}) "
			"FROM pg_publication_rel WHERE oid >= 16384" },

	{ "pg_publication_namespace", CATALOG_OF_DATABASE, 15, "pg_publication_namespace",
			"SELECT 'publication', oid, 0, (SELECT pubname FROM pg_publication p WHERE p.oid = pnpubid), "
			"  'for tables in schema ' || pnnspid::regnamespace "
			"FROM pg_publication_namespace WHERE oid >= 16384" },

	{ "pg_extension", CATALOG_OF_DATABASE, 0, "extensions",
			"SELECT 'extension', oid, 0, extname, CASE WHEN extnamespace::regnamespace::text "
			"    NOT IN ('public', 'pg_catalog') THEN 'in schema ' || extnamespace::regnamespace END "
			"FROM pg_extension WHERE extname <> 'plpgsql'" },

	/* An extension brings its own comment. A constraint of a domain is part of the domain. */
	{ "pg_description", CATALOG_COMMENTS, 0, "comments",
			"SELECT 'comment', coalesce(contypid, objoid), 0, "
			"  CASE WHEN contypid <> 0 THEN 'pg_type'::regclass ELSE classoid::regclass END, "
			"  'on ' || pg_describe_object(classoid, objoid, objsubid) || "
			"  CASE WHEN contypid <> 0 THEN ' on domain ' || contypid::regtype ELSE '' END || "
			"  ': ' || description "
			"FROM pg_description LEFT JOIN pg_constraint c ON classoid = 'pg_constraint'::regclass "
			"  AND c.oid = objoid AND contypid <> 0 "
			"WHERE objoid >= 16384 AND classoid <> 'pg_extension'::regclass" },

	{ "pg_class", CATALOG_RIGHTS, 0, "rights on tables",
			RIGHTS("oid", "'table ' || oid::regclass", "relacl",
				"acldefault(CASE relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END, relowner)", "pg_class")
			"oid >= 16384 AND relacl IS NOT NULL" },
	{ "pg_class", CATALOG_RIGHTS, 0, "rights on columns",
			RIGHTS("attrelid", "'column ' || attrelid::regclass || '.' || quote_ident(attname)", "attacl", "NULL",
				"pg_attribute")
			"attrelid >= 16384 AND attacl IS NOT NULL" },
	{ "pg_proc", CATALOG_RIGHTS, 0, "pg_proc",
			RIGHTS("oid", "'function ' || oid::regprocedure", "proacl", "acldefault('f', proowner)", "pg_proc")
			"oid >= 16384 AND proacl IS NOT NULL" },
	{ "pg_type", CATALOG_RIGHTS, 0, "rights on types",
			RIGHTS("oid", "'type ' || format_type(oid, NULL)", "typacl", "acldefault('T', typowner)", "pg_type")
			"oid >= 16384 AND typacl IS NOT NULL" },
	{ "pg_namespace", CATALOG_RIGHTS, 0, "rights on schemas",
			RIGHTS("oid", "'schema ' || quote_ident(nspname)",
				"CASE nspname WHEN 'public' THEN coalesce(nspacl, acldefault('n', nspowner)) ELSE nspacl END",
				"CASE WHEN nspname <> 'public' THEN acldefault('n', nspowner) END", "pg_namespace")
			"(oid >= 16384 AND nspacl IS NOT NULL) OR nspname = 'public'" },

	/* What an empty database says of 'public' is no default of the server's. */
	{ "pg_namespace", CATALOG_RIGHTS, 0, "rights on schemas",
			"SELECT 'usual', oid, privilege, 'schema public', '', role FROM pg_namespace, "
			"  (VALUES ('USAGE', 'owner'), ('CREATE', 'owner'), ('USAGE', ''){12-14:, ('CREATE', '')}) u(privilege, role) "
			"WHERE nspname = 'public'" },

	{ "pg_default_acl", CATALOG_DEFAULT_RIGHTS, 0, "pg_default_acl",
			RIGHTS("oid", "'new ' || CASE defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' "
				"WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE 'large objects' END || "
				"CASE WHEN defaclnamespace <> 0 THEN ' in schema ' || defaclnamespace::regnamespace ELSE '' END || "
				"CASE WHEN pg_get_userbyid(defaclrole) <> session_user "
				"THEN ' of ' || quote_ident(pg_get_userbyid(defaclrole)) ELSE '' END",
				"defaclacl", "CASE WHEN defaclnamespace = 0 THEN acldefault("
				"CASE defaclobjtype WHEN 'S' THEN 's' ELSE defaclobjtype END, defaclrole) END", "pg_default_acl")
			"true" },
};
/* clang-format on */
const size_t catalog_query_count = COUNT_OF(catalog_queries);

/* Whether a part with these words in front, "14" or "15-16", is for a version; and where the part begins. */
static bool is_for(const char *words, int version, const char **ret_part)
{
	char *end;
	const long first = strtol(words, &end, 10);
	const long last = *end == '-' ? strtol(end + 1, &end, 10) : version;

	assert(*end == ':');
	*ret_part = end + 1;
	return version >= first && version <= last;
}

void catalog_query_add(const struct catalog_query *query, int version, struct buf *sql)
{
	bool is_left_out = false, is_in_part = false;

	for (const char *at = query->sql; *at; at++) {
		if (*at == '{' && at[1] >= '1' && at[1] <= '9') { // {0} is an array
			is_left_out = !is_for(at + 1, version / 10000, &at);
			is_in_part = true;
		}
		if (is_in_part && *at == '}') {
			is_left_out = is_in_part = false;
		} else if (!is_left_out) {
			buf_add_char(sql, *at);
		}
	}
}
