/** The token of a link in an e-mail: taken out of the address at once, so that it stays out of the history. */
import { useRef } from "./view.js";

/** The token that stood in the query when the page was entered; null where there was none. */
export function useLinkToken(query) {
  const token = useRef(query.token ?? null);
  if (query.token) history.replaceState(null, "", location.hash.split("?")[0]);
  return token.current;
}
