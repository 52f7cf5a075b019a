"""Read the schema of a PostgreSQL database from its catalogs as a plain value.

A second reading, written without a look at the program's own.
"""
import re

from postgres_text import path_of


def _rights(acl, owner):
    """SQL for the items of an access list: who owns a kept database is another, and its roles were renamed."""
    return ("SELECT CASE x.grantee WHEN 0 THEN 'everybody' WHEN %s THEN 'owner' ELSE regexp_replace("
            "x.grantee::regrole::text, '^\"?rehearse_[0-9a-f]{16}_role_', '') END || ' ' || x.privilege_type || ' ' ||"
            " x.is_grantable FROM aclexplode(%s) x ORDER BY 1" % (owner, acl))


# Each gives (schema, object, facts ...) of objects; :version stands for the name of the version table.
_OBJECTS = {
    "schema": "SELECT nspname, '', '' FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_'",
    "view": "SELECT relnamespace::regnamespace::text, relname, relkind, pg_get_viewdef(oid), reloptions, relispopulated"
            " FROM pg_class WHERE oid >= 16384 AND relkind IN ('v', 'm')",
    "sequence": "SELECT c.relnamespace::regnamespace::text, c.relname, s.seqtypid::regtype::text,"
                " s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,"
                " (SELECT pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid) FROM pg_depend d"
                "  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid"
                "  AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))"
                " FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid",
    "type": "SELECT t.typnamespace::regnamespace::text, t.typname, t.typtype,"
            " ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid"
            "       ORDER BY e.enumsortorder),"
            " format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault,"
            " ARRAY(SELECT k.conname || ' ' || pg_get_constraintdef(k.oid) FROM pg_constraint k"
            "       WHERE k.contypid = t.oid ORDER BY 1),"
            " ARRAY(SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod) FROM pg_attribute a"
            "       WHERE a.attrelid = t.typrelid AND t.typtype = 'c' AND NOT a.attisdropped"
            "       ORDER BY a.attnum),"
            " (SELECT g.rngsubtype::regtype::text FROM pg_range g WHERE g.rngtypid = t.oid)"
            " FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid WHERE t.oid >= 16384"
            " AND (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND c.relkind = 'c')",
    "function": "SELECT pronamespace::regnamespace::text, proname,"
                " pg_get_function_identity_arguments(oid), prokind,"
                " CASE WHEN prokind <> 'a' THEN pg_get_functiondef(oid) END,"
                " ARRAY(" + _rights("coalesce(proacl, acldefault('f', proowner))", "proowner") + ")"
                " FROM pg_proc WHERE oid >= 16384",
    "publication": "SELECT '', p.pubname, p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate,"
                   " ARRAY(SELECT r.prrelid::regclass::text FROM pg_publication_rel r"
                   "       WHERE r.prpubid = p.oid ORDER BY 1) FROM pg_publication p",
    "default rights": "SELECT '', '', defaclobjtype, defaclnamespace::regnamespace::text, "
                      "ARRAY(" + _rights("defaclacl", "defaclrole") + ")"
                      " FROM pg_default_acl",
    "cast": "SELECT '', '', castsource::regtype::text, casttarget::regtype::text, castfunc::regprocedure::text,"
            " castcontext, castmethod FROM pg_cast WHERE oid >= 16384",
    "operator": "SELECT oprnamespace::regnamespace::text, oprname, oprleft::regtype::text, oprright::regtype::text,"
                " oprcode::text FROM pg_operator WHERE oid >= 16384",
    "collation": "SELECT collnamespace::regnamespace::text, collname, collprovider, collcollate, collctype,"
                 " collisdeterministic FROM pg_collation WHERE oid >= 16384",
    "conversion": "SELECT connamespace::regnamespace::text, conname, conproc::text, conforencoding, contoencoding"
                  " FROM pg_conversion WHERE oid >= 16384",
    "search": "SELECT cfgnamespace::regnamespace::text, cfgname, cfgparser,"
              " ARRAY(SELECT maptokentype || ' ' || mapdict::regdictionary FROM pg_ts_config_map WHERE mapcfg = oid"
              "       ORDER BY maptokentype, mapseqno) FROM pg_ts_config WHERE oid >= 16384",
    "dictionary": "SELECT dictnamespace::regnamespace::text, dictname, dicttemplate, dictinitoption"
                  " FROM pg_ts_dict WHERE oid >= 16384",
    "aggregate": "SELECT '', aggfnoid::regprocedure::text, aggtransfn::text, aggtranstype::regtype::text,"
                 " aggfinalfn::text, agginitval FROM pg_aggregate WHERE aggfnoid >= 16384",
    "statistics": "SELECT stxnamespace::regnamespace::text, stxname, pg_get_statisticsobjdef(oid), stxstattarget"
                  " FROM pg_statistic_ext",
    "rights": "SELECT what, name, ARRAY(" + _rights("acl", "owner") + ") FROM ("
              " SELECT 'type', t.oid::regtype::text, typowner, coalesce(typacl, acldefault('T', typowner))"
              " FROM pg_type t WHERE t.oid >= 16384 AND typtype IN ('e', 'd', 'r')"
              " UNION ALL SELECT 'schema', nspname, nspowner, coalesce(nspacl, acldefault('n', nspowner))"
              " FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_' OR nspname = 'public'"
              " UNION ALL SELECT 'relation', oid::regclass::text, relowner,"
              "  coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END, relowner))"
              " FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'v', 'm', 'S') AND relnamespace <> 99"
              " AND oid <> coalesce(to_regclass(:version), 0)"
              " UNION ALL SELECT 'column', attrelid::regclass || '.' || attname, relowner, attacl FROM pg_attribute"
              " JOIN pg_class c ON c.oid = attrelid WHERE attrelid >= 16384 AND attacl IS NOT NULL"
              ") r(what, name, owner, acl)",
    "setting": "SELECT '', attrelid::regclass || '.' || attname, nullif(attstattarget, -1),"
               " set_options FROM pg_attribute, LATERAL (SELECT array_agg(o) FROM unnest(attoptions) o"
               "  WHERE NOT starts_with(o, 'pg_attver=')) x(set_options)"  # a number of the server's own
               " WHERE attrelid >= 16384 AND attnum > 0 AND NOT attisdropped"
               " AND (nullif(attstattarget, -1) IS NOT NULL OR set_options IS NOT NULL)",
    "view default": "SELECT '', c.oid::regclass || '.' || adnum, pg_get_expr(adbin, adrelid) FROM pg_attrdef, pg_class c"
                    " WHERE c.oid = adrelid AND relkind = 'v'",
    "toast": "SELECT '', c.oid::regclass::text, t.reloptions FROM pg_class c, pg_class t"
             " WHERE t.oid = c.reltoastrelid AND t.reloptions IS NOT NULL",
    "grant": "SELECT c.relnamespace::regnamespace::text, c.relname, x.privilege_type"
             " FROM pg_class c, aclexplode(c.relacl) x WHERE c.oid >= 16384 AND x.grantee = 0",
}

# Parts of tables: (oid of the table, kind of part, facts ...).

_PARTS = {
    "constraints": "SELECT conrelid, conname, contype, convalidated, pg_get_constraintdef(oid)"
                   " FROM pg_constraint WHERE contype <> 't' AND oid >= 16384",
    "indexes": "SELECT i.indrelid, i.indexrelid::regclass::text, i.indisvalid, i.indisclustered, i.indisreplident,"
               " pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indexrelid >= 16384",
    "triggers": "SELECT tgrelid, tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger"
                " WHERE NOT tgisinternal",
    "rules": "SELECT ev_class, rulename, ev_enabled, pg_get_ruledef(oid) FROM pg_rewrite"
             " WHERE rulename <> '_RETURN' AND oid >= 16384",
    "policies": "SELECT polrelid, polname, polcmd, polpermissive, polroles = '{0}', pg_get_expr(polqual, polrelid),"
                " pg_get_expr(polwithcheck, polrelid) FROM pg_policy",
    "parents": "SELECT inhrelid, inhseqno, inhparent::regclass::text FROM pg_inherits",
    "comments": "SELECT objoid, objsubid, description FROM pg_description"
                " WHERE classoid = 'pg_class'::regclass AND objoid >= 16384",
}

_TABLES = """
    SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.reloptions, c.relreplident, c.relrowsecurity,
           c.relforcerowsecurity, pg_get_expr(c.relpartbound, c.oid),
           CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384 AND n.nspname !~ '^pg_' """

_COLUMNS = """
    SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
           pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attstorage, a.attcollation::regcollation::text
    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid >= 16384 ORDER BY a.attrelid, a.attnum"""

_ITEMS = {"view", "sequence", "type", "function"}


def read_schema(query, version, is_column_order_strict):
    """The schema as a plain value, with a function that runs a query; search_path must be empty."""
    schema = {}
    for kind, sql in _OBJECTS.items():
        for space, name, *facts in query(sql.replace(":version", _literal(version))):
            if [space, name] != list(version):
                schema.setdefault((kind, _path(space, name)), []).append(facts)
    parts = {kind: _by_table(query(sql)) for kind, sql in _PARTS.items()}
    columns = _by_table(query(_COLUMNS))
    for oid, space, name, *facts in query(_TABLES):
        if [space, name] == list(version):
            continue
        own = columns.get(oid, [])
        table = {"facts": facts, "columns": own if is_column_order_strict else sorted(own, key=repr)}
        table.update((kind, sorted(found[oid], key=repr))
                     for kind, found in parts.items() if oid in found)
        schema["table", _path(space, name)] = table
    for facts in schema.values():
        if isinstance(facts, list):
            facts.sort(key=repr)
    return schema


def _literal(path):
    """The text of a path in quotes, as SQL; NULL for none."""
    name = ".".join('"%s"' % part.replace('"', '""') for part in path)
    return "'%s'" % name.replace("'", "''") if name else "NULL"


def _by_table(rows):
    tables = {}
    for oid, *facts in rows:
        tables.setdefault(oid, []).append(tuple(facts))
    return tables


def _path(space, name):
    return path_of(space.strip('"'), name) if name else space


def has_item(schema, item, in_effect):
    """Whether the schema has an item such as `table trades` or `column transactions.trade_id`; `in_effect`: an index that
    is valid, a trigger that is enabled."""
    kind, _, name = item.strip().partition(" ")
    name = name.strip()
    if kind in _ITEMS or kind == "table":
        return (kind, name) in schema
    for (what, path), table in schema.items():
        if what != "table":
            continue
        names = {
            "column": ["%s.%s" % (path, column[0]) for column in table["columns"]],
            "index": [_unquoted(index[0]) for index in table.get("indexes", [])
                      if (index[1] or not in_effect) and index[0].split(".")[-1] not in
                      [constraint[0] for constraint in table.get("constraints", [])]],
            "constraint": [_beside(path, part[0]) for part in table.get("constraints", [])],
            "trigger": [_beside(path, part[0]) for part in table.get("triggers", [])
                        if part[1] != "D" or not in_effect],
        }[kind]
        if name in names:
            return True
    return False


def _beside(path, name):
    space = path.rpartition(".")[0]
    return "%s.%s" % (space, name) if space else name


def _unquoted(name):
    return re.sub(r"^public\.", "", name).replace('"', "")
