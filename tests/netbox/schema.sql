-- What a NetBox database consists of, a line for each fact, for `netbox compare`. Names of constraints,
-- indexes and sequences are left out: migrations that rename tables leave them with old names.
SELECT line FROM (
  SELECT format('column %s.%s %s%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attnotnull THEN ' not null' END, l.collname, a.attidentity,
      regexp_replace(pg_get_expr(d.adbin, d.adrelid), 'nextval.*', 'nextval'))
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
  UNION ALL -- the order of the columns of a key says nothing about what it allows
  SELECT format('constraint %s %s %s', n.conrelid::regclass, n.contype, CASE
      WHEN n.contype IN ('p', 'u') THEN (
        SELECT string_agg(a.attname, ', ' ORDER BY a.attname) FROM pg_attribute a
          WHERE a.attrelid = n.conrelid AND a.attnum = ANY (n.conkey))
        || regexp_replace(pg_get_constraintdef(n.oid), '^[^)]*\)', '')
      ELSE pg_get_constraintdef(n.oid) END)
    FROM pg_constraint n WHERE n.connamespace = 'public'::regnamespace
  UNION ALL
  SELECT 'index ' || regexp_replace(pg_get_indexdef(i.indexrelid), 'INDEX \S+ ON', 'INDEX ON')
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE c.relnamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_constraint n WHERE n.conindid = i.indexrelid AND n.contype IN ('p', 'u'))
  UNION ALL
  SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT t.tgisinternal
  UNION ALL
  SELECT 'function ' || replace(pg_get_functiondef(p.oid), E'\n', ' ')
    FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  UNION ALL
  SELECT format('collation %s %s %s', collname, collprovider, colliculocale)
    FROM pg_collation WHERE collnamespace = 'public'::regnamespace
  UNION ALL
  SELECT 'extension ' || extname FROM pg_extension
  UNION ALL
  -- content types with them: one without a permission is of a model that is no more
  SELECT format('permission %s.%s %s', c.app_label, c.model, p.codename)
    FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
  UNION ALL
  SELECT format('migration %s.%s', app, name) FROM django_migrations
  UNION ALL
  SELECT format('module type profile %s %s', name, schema) FROM dcim_moduletypeprofile
  UNION ALL
  SELECT format('rows of %s: %s', c.relname, (xpath('//n/text()',
      query_to_xml(format('SELECT count(*) AS n FROM %I', c.relname), false, true, '')))[1])
    FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
      AND c.relname <> 'django_content_type'
) AS facts (line) ORDER BY line COLLATE "C";
