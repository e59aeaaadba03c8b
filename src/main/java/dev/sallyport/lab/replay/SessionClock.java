package dev.sallyport.lab.replay;

import java.time.Duration;

/** The time of a session: that of the capture, and the engine's, which is late by what the gateway let wait. */
final class SessionClock {

    private long captureNanos;
    private long engineNanos;
    private long lateNanos;

    SessionClock(long startNanos) {
        this.captureNanos = startNanos;
        this.engineNanos = startNanos;
    }

    /** How far the capture is. */
    long nanos() {
        return captureNanos;
    }

    /** The capture is as far as this, or was already. @return how much time passes for the engine */
    Duration reach(long nanos) {
        captureNanos = Math.max(captureNanos, nanos);
        var due = Math.max(0, captureNanos + lateNanos - engineNanos);
        engineNanos += due;
        return Duration.ofNanos(due);
    }

    /** The gateway lets something wait, for as long as the capture stands still. */
    void late(Duration wait) {
        lateNanos += wait.toNanos();
        engineNanos += wait.toNanos();
    }
}
