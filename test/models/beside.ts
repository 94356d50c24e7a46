/** Tasks that many models have beside the demands of their text. */

/** An attempt is not a contact. */
export const ATTEMPTS = ['next-attempt', 'contact-correction'];
/** Corrections: what was reported, written or referred and no longer stands. */
export const CORRECTIONS = ['report-review', 'correction-note', 'referral-review'];
/** What a student's situation asks for. */
export const SITUATIONS = ['foster-informed', 'homeless-liaison', 'health-track', 'attendance-review-team', 'adult-rights'];
