package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.lab.host.Place;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The server and the client at the two ends of a benchmark, each in a process of its own. */
final class LoadProcesses {
    /** Small and fixed, so that their collector and compiler leave the cores to what is measured. */
    private static final List<String> JVM = List.of(
            "-XX:+UseSerialGC", "-Xms96m", "-Xmx256m", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
            // The peers know no other that BoringSSL would rather have, and all are to do the same work.
            "-Djdk.tls.namedGroups=" + FtpsBench.GROUP);

    private final Child client;
    private final BufferedWriter jobs;
    private final BufferedReader outcomes;

    private LoadProcesses(Child client) {
        this.client = client;
        this.jobs = client.process.outputWriter(StandardCharsets.UTF_8);
        this.outcomes = client.process.inputReader(StandardCharsets.UTF_8);
    }

    static LoadProcesses start(Children children, Endpoint server, PortRange dataPorts) throws LabFailure {
        return start(children, server, dataPorts, Place.HERE, Place.HERE);
    }

    /** The same with TLS to those who ask for it, and on a control port of its own to all. */
    static LoadProcesses start(Children children, Endpoint server, PortRange dataPorts, Identity identity) throws LabFailure {
        return start(children, Place.HERE, server, dataPorts, Place.HERE, List.of(identity.certificate(), identity.key()));
    }

    /** The same with each end on a host of its own. */
    static LoadProcesses start(Children children, Endpoint server, PortRange dataPorts, Place ofServer, Place ofClient)
            throws LabFailure {
        return start(children, ofServer, server, dataPorts, ofClient, List.of());
    }

    /** @param identity files of a certificate and its key; none for no TLS */
    private static LoadProcesses start(
            Children children, Place ofServer, Endpoint server, PortRange dataPorts, Place ofClient, List<Path> identity)
            throws LabFailure {
        List<String> serves = new ArrayList<>(
                List.of(Addresses.text(server.address(), false), server.port().toString(), dataPorts.toString()));
        identity.forEach(file -> serves.add(file.toString()));
        Child serving = children.startSpeaking("bench server", ofServer.command(java(LoadServer.class, serves)));
        awaitReady(serving);
        List<String> trusts = identity.stream().limit(1).map(Path::toString).toList();
        return new LoadProcesses(children.startSpeaking("bench client", ofClient.command(java(LoadClient.class, trusts))));
    }

    private static void awaitReady(Child serving) throws LabFailure {
        try {
            if (serving.process.inputReader().readLine() == null) {
                throw new LabFailure(serving.name + " ended" + serving.logTail());
            }
        } catch (IOException e) {
            throw new LabFailure("cannot hear of " + serving.name + ": " + e, e);
        }
    }

    /** Has the client do this and waits for what came of it, at most {@code patience}. */
    Outcome run(Job job, Duration patience) throws LabFailure {
        CompletableFuture<Outcome> answer = CompletableFuture.supplyAsync(() -> exchange(job));
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new LabFailure("nothing came of " + job + " within " + patience.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new LabFailure("the bench client failed at " + job + ": " + e.getCause() + client.logTail(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabFailure("interrupted", e);
        }
    }

    private Outcome exchange(Job job) {
        try {
            jobs.write(Wire.text(job));
            jobs.newLine();
            jobs.flush();
            String line = outcomes.readLine();
            if (line == null) {
                throw new IOException("it ended");
            }
            return Wire.outcome(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> java(Class<?> program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(arguments);
        return command;
    }
}
