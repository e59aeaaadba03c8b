package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.lab.host.LabFailure;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How much a relay benchmark does, and where.
 *
 * @param starts how often the proxies are started anew; each time the rounds are run again
 * @param rounds measured rounds of a start
 * @param warmUps rounds before them that do not count
 * @param downloadBytes size of the large file
 * @param sessions sessions at once for small transfers
 * @param time how long small transfers are repeated in a round
 * @param roundTrips NOOPs in a round
 * @param idleSessions sessions held while memory is read; 0 leaves that measure out
 * @param settle how long memory is left to settle before it is read
 * @param port control port, the same for all; the gateway is asked for metrics on one beside it
 * @param dataPorts ports for data connections, the same for all
 * @param launcher the program that starts Sallyport
 * @param haproxyThreads HAProxy's nbthread
 * @param skipHaproxy measures without the peer; the report says so, and there are no ratios
 * @param skipSallyport measures without the gateway, to try the benchmark itself
 */
public record RelaySettings(
        int starts,
        int rounds,
        int warmUps,
        long downloadBytes,
        int sessions,
        Duration time,
        int roundTrips,
        int idleSessions,
        Duration settle,
        Port port,
        PortRange dataPorts,
        Path launcher,
        int haproxyThreads,
        boolean skipHaproxy,
        boolean skipSallyport) {

    static final long SMALL_BYTES = 1024;

    /** What a proxy needs beside two descriptors for each session: listeners, logs, the JVM's own. */
    private static final int OTHER_DESCRIPTORS = 200;

    /** Says what cannot be measured, before anything is started. */
    void check(long descriptorLimit) throws LabFailure {
        if (starts < 1 || rounds < 1 || sessions < 1 || roundTrips < 1 || downloadBytes < 1 || haproxyThreads < 1 || !time.isPositive()) {
            throw LabFailure.beforeStart("starts, rounds, sessions, seconds, round trips, sizes and threads must be above 0");
        }
        if (warmUps < 0 || idleSessions < 0 || settle.isNegative()) {
            throw LabFailure.beforeStart("warm-ups, idle sessions and the time to settle cannot be below 0");
        }
        if (dataPorts.contains(port) || dataPorts.contains(metricsPort())) {
            throw LabFailure.beforeStart("the control port " + port + " or the one beside it lies within the data ports " + dataPorts);
        }
        if (dataPorts.size() < sessions) {
            throw LabFailure.beforeStart(sessions + " sessions of one client at once need as many data ports; " + dataPorts + " has "
                    + dataPorts.size());
        }
        long most = mostConnections(descriptorLimit);
        if (idleSessions > most) {
            throw LabFailure.beforeStart(idleSessions + " idle sessions need two descriptors each in a proxy, and the limit is "
                    + descriptorLimit + ": take --idle-sessions " + most + " or raise it with ulimit -n");
        }
    }

    Port metricsPort() {
        return new Port(port.number() + (port.number() == Port.HIGHEST ? -1 : 1));
    }

    long mostConnections(long descriptorLimit) {
        return (descriptorLimit - dataPorts.size() - OTHER_DESCRIPTORS) / 2;
    }
}
