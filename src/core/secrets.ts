/**
 * What must not be told: passwords and tokens that people write into addresses. They are taken out of every message at the one place where
 * messages are made (`errors.ts`), and of whatever else is written down.
 *
 *   https://user:word@host/file?sv=2021&sig=abc%3D      →      https://host/file?sv=2021&sig=…
 *
 * @module
 */

/** Everything between "//" and the last "@" before the path. */
const USERINFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi;
/** Azure's sig, S3's X-Amz-Signature, X-Amz-Credential and X-Amz-Security-Token, Google's Signature, and what others call theirs. */
const SECRET_QUERY =
  /([?&;][^=&#\s"'<>]*?(?:sig|signature|token|secret|password|passwd|pwd|credential|api[-_]?key|access[-_]?key(?:[-_]?id)?|auth)=)[^&#;,\s"'<>]+/gi;

/** The text, with every address in it freed of user names, passwords, signatures and tokens. */
export function withoutSecrets(text: string): string {
  return text.replace(USERINFO, "$1").replace(SECRET_QUERY, "$1…");
}
