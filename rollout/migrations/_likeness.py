"""Search: texts written plainly, their trigrams, and how alike they are."""

_ACCENTS = {
    "æ": "ÆÄä",
    "ø": "ØÖö",
    "å": "Å",
    "a": "ÁÀÂÃáàâã",
    "c": "ÇĆČçćč",
    "d": "ĐÐđð",
    "e": "ÉÈÊËéèêë",
    "g": "Ğğ",
    "i": "ÍÌÎÏİíìîïı",
    "l": "Łł",
    "n": "Ññ",
    "o": "ÓÒÔÕóòôõ",
    "s": "ŞŠşš",
    "u": "ÚÙÛÜúùûü",
    "y": "Ýýÿ",
    "z": "ŽŻžż",
}
_FROM = "".join(_ACCENTS.values())
_TO = "".join(plain * len(accented) for plain, accented in _ACCENTS.items())

# Bodies in standard SQL are bound to what they name when they are made, so that an
# index on them can be built and restored whatever the search path is. What `lower`
# does to Danish letters depends on the database's locale, so they are listed.
CREATE = """
CREATE FUNCTION rollout_plain(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN btrim(regexp_replace(
    replace(replace(replace(
        translate(lower(value), 'FROM_LETTERS', 'TO_LETTERS'),
        'æ', 'ae'), 'ø', 'oe'), 'å', 'aa'),
    '[^a-z0-9]+', ' ', 'g'));

CREATE FUNCTION rollout_trigrams(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
BEGIN ATOMIC
    SELECT coalesce(array_agg(DISTINCT substr(padded, at, 3)), '{}')
    FROM (
        SELECT '  ' || word || ' ' AS padded
        FROM unnest(string_to_array(rollout_plain(value), ' ')) AS word
        WHERE word <> ''
    ) AS words, LATERAL generate_series(1, length(padded) - 2) AS at;
END;

CREATE FUNCTION rollout_likeness(value text, trigrams text[]) RETURNS real
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    padded text := '  ' || replace(rollout_plain(value), ' ', '   ') || ' ';
    trigram text;
    held integer := 0;
BEGIN
    FOREACH trigram IN ARRAY trigrams LOOP
        IF strpos(padded, trigram) > 0 THEN
            held := held + 1;
        END IF;
    END LOOP;
    RETURN held::real / greatest(cardinality(trigrams), 1);
END $$;
""".replace("FROM_LETTERS", _FROM).replace("TO_LETTERS", _TO)
DROP = """
DROP FUNCTION rollout_likeness(text, text[]);
DROP FUNCTION rollout_trigrams(text);
DROP FUNCTION rollout_plain(text);
"""
