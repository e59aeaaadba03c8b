package dev.sallyport.lab.bench;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of a {@link Job}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "outcome")
sealed interface Outcome {

    /** From the RETR to the 226 and the end of the data, all bytes counted. */
    record Downloaded(long bytes, Duration took) implements Outcome {}

    /** Transfers that came whole within {@code took}, those that did not, and the first reason why. */
    record Transferred(long transfers, long failed, Duration took, @Nullable String firstFault) implements Outcome {}

    /** Logins that succeeded within {@code took}, those that did not, and the first reason why. */
    record LoggedIn(long logins, long failed, Duration took, @Nullable String firstFault) implements Outcome {}

    record RoundTripped(Duration median, Duration p99) implements Outcome {}

    record Held(int sessions) implements Outcome {}

    record Released(int alive) implements Outcome {}

    /** At the client's end and at the server's. */
    record Shaken(Handshakes.Count client, Handshakes.Count server) implements Outcome {}

    record Failed(String why) implements Outcome {}
}
