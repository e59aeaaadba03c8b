package dev.sallyport.session;

/** The id of one control session, unique within a run of the gateway. */
public record SessionId(long number) {

    /** Sixteen characters at most, in base 36: short in a log line, easy to search. */
    @Override
    public String toString() {
        return Long.toUnsignedString(number, 36);
    }
}
