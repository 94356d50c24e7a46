/**
 * A case's state is never changed, only replaced, so that what follows from a part of it holds for as long as the part is the very same
 * object. These two save working it out again; they can change no answer.
 */

/** A rule whose last answer is kept while all that it reads, four things at most, is the same. */
export function remembered<Read extends [unknown?, unknown?, unknown?, unknown?], Answer>(
  rule: (...read: Read) => Answer,
): (...read: Read) => Answer {
  let last: { a: unknown; b: unknown; c: unknown; d: unknown; answer: Answer } | null = null;
  // Written out: these are asked a hundred times for each message to a case.
  const ask = (a?: unknown, b?: unknown, c?: unknown, d?: unknown): Answer => {
    if (last === null || last.a !== a || last.b !== b || last.c !== c || last.d !== d)
      last = { a, b, c, d, answer: (rule as (...read: unknown[]) => Answer)(a, b, c, d) };
    return last.answer;
  };
  return ask;
}

/** What follows from one object alone, such as a ladder, worked out once for it. */
export function oncePer<Of extends object, Answer>(rule: (of: Of) => Answer): (of: Of) => Answer {
  const known = new WeakMap<Of, Answer>();
  return (of) => {
    let answer = known.get(of);
    if (answer === undefined) known.set(of, (answer = rule(of)));
    return answer;
  };
}
