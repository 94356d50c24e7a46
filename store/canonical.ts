import canonicalizeUntyped from 'canonicalize';

/** RFC 8785 text of a JSON value. The package is CommonJS with an ES default in its types, hence the one cast here. */
export const canonicalize = canonicalizeUntyped as unknown as (value: unknown) => string;
