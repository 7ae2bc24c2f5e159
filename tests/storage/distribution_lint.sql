-- One row per breach of the rules that let the schema be distributed by `key`; runs on plain PostgreSQL.
WITH spread AS (
    SELECT name::regclass AS rel FROM unnest(%(dist)s::text[]) AS name
), everywhere AS (
    SELECT name::regclass AS rel FROM unnest(%(ref)s::text[]) AS name
), keyed AS (
    SELECT s.rel, a.attnum, a.attnotnull, a.atttypid
    FROM spread s LEFT JOIN pg_attribute a ON a.attrelid = s.rel AND a.attname = %(key)s AND NOT a.attisdropped
), foreign_keys AS (
    SELECT c.*, own.attnum AS own_key, target.attnum AS target_key,
           c.conrelid IN (SELECT rel FROM spread) AS from_spread,
           c.confrelid IN (SELECT rel FROM spread) AS to_spread,
           c.confrelid IN (SELECT rel FROM everywhere) AS to_everywhere
    FROM pg_constraint c
    LEFT JOIN keyed own ON own.rel = c.conrelid
    LEFT JOIN keyed target ON target.rel = c.confrelid
    WHERE c.contype = 'f'
)
SELECT 'the distribution column is missing, nullable or of another type' AS breach, rel::text AS place
FROM keyed WHERE attnum IS NULL OR NOT attnotnull OR atttypid <> 'smallint'::regtype
UNION ALL
SELECT 'a unique index or exclusion without the distribution column', i.indexrelid::regclass::text
FROM pg_index i JOIN keyed k ON k.rel = i.indrelid
WHERE (i.indisunique OR i.indisexclusion) AND NOT k.attnum = ANY (i.indkey::int2[])
UNION ALL
SELECT 'a foreign key to a table that is neither distributed nor a reference table', conrelid::regclass || '.' || conname
FROM foreign_keys WHERE from_spread AND NOT to_spread AND NOT to_everywhere
UNION ALL
SELECT 'a foreign key between distributed tables that does not pair their distribution columns',
       conrelid::regclass || '.' || conname
FROM foreign_keys WHERE from_spread AND to_spread AND NOT EXISTS (
    SELECT 1 FROM unnest(conkey, confkey) AS pair (own, target) WHERE pair.own = own_key AND pair.target = target_key)
UNION ALL
SELECT 'a foreign key that sets the distribution column to null or a default', conrelid::regclass || '.' || conname
FROM foreign_keys WHERE from_spread AND to_spread AND confdeltype IN ('n', 'd')
UNION ALL
SELECT 'a deferrable foreign key', conrelid::regclass || '.' || conname
FROM foreign_keys WHERE from_spread AND condeferrable
UNION ALL
SELECT 'a foreign key from a local or reference table to a distributed one', conrelid::regclass || '.' || conname
FROM foreign_keys WHERE to_spread AND NOT from_spread
UNION ALL
SELECT 'a trigger on a distributed table', t.tgrelid::regclass || '.' || t.tgname
FROM pg_trigger t JOIN spread s ON s.rel = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'an identity column narrower than bigint', a.attrelid::regclass || '.' || a.attname
FROM pg_attribute a JOIN spread s ON s.rel = a.attrelid WHERE a.attidentity <> '' AND a.atttypid <> 'bigint'::regtype
ORDER BY 1, 2
