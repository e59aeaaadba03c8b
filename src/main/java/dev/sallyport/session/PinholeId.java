package dev.sallyport.session;

/**
 * The id of one pinhole.
 *
 * @param session the session that asked for it
 * @param number its number within the session, from 1
 */
public record PinholeId(SessionId session, int number) {

    @Override
    public String toString() {
        return session + "." + number;
    }
}
