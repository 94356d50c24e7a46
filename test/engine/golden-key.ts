/** The histories' payloads are encrypted as any; this key is theirs alone and opens nothing else. */
export const GOLDEN_KEY = 'Z29sZGVuLWhpc3Rvcmllcy1vcGVuLXRvLWFsbC0hISE=';
