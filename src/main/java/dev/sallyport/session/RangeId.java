package dev.sallyport.session;

/**
 * The id of one opened range.
 *
 * @param session the session that asked for it
 * @param number its number within the session, from 1: each AUTH that is granted asks for one
 */
public record RangeId(SessionId session, int number) {

    @Override
    public String toString() {
        return session + ".tls" + number;
    }
}
