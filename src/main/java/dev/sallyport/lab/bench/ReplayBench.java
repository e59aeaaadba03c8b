package dev.sallyport.lab.bench;

import dev.sallyport.lab.bench.traffic.GeneratedCapture;
import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.lab.host.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The benchmark of replay: a capture is made and read by replay and by tshark, which decodes FTP and lists the connections, in turn, and
 * every other round backwards. Each is a process of its own, its start included; GNU time tells what the kernel has counted for it.
 */
public final class ReplayBench {

    static final String REPLAY = "sallyport";
    static final String TSHARK = "tshark";
    static final List<String> VARIANTS = List.of(REPLAY, TSHARK);

    private static final List<String> TSHARK_OPTIONS = List.of("-n", "-q", "-z", "conv,tcp", "-d", "tcp.port==21,ftp", "-r");

    private final ReplaySettings settings;
    private final Path time;
    private final Path tshark;
    private final Figures<ReplayMeasure> figures = new Figures<>(ReplayMeasure.class);

    private ReplayBench(ReplaySettings settings) throws LabFailure {
        settings.check();
        this.settings = settings;
        if (!Files.isExecutable(settings.launcher())) {
            throw LabFailure.beforeStart("Sallyport's launcher is not at " + settings.launcher() + ": say where with --launcher");
        }
        time = installed("time");
        tshark = installed(TSHARK);
    }

    private static Path installed(String program) throws LabFailure {
        return Program.installed(program).orElseThrow(() -> LabFailure.beforeStart(
                program + " is not installed, and without it nothing can be compared: apt-get install " + program));
    }

    /** Runs it whole; its processes have ended and its capture is gone when it returns. */
    public static ReplayReport run(ReplaySettings settings, Progress progress) throws LabFailure {
        var bench = new ReplayBench(settings);
        var steps = 1 + settings.rounds() * VARIANTS.size();
        try (var children = new Children("bench")) {
            progress.began(0, steps, "writes the capture");
            var file = children.file("generated.pcap");
            var capture = write(file, settings);
            for (var round = 0; round < settings.rounds(); round++) {
                var inTurn = round % 2 == 0 ? VARIANTS : VARIANTS.reversed();
                for (var variant : inTurn) {
                    children.requireGoingOn();
                    progress.began(1 + round * VARIANTS.size() + inTurn.indexOf(variant), steps, "round " + (round + 1) + ": " + variant);
                    bench.measure(children, variant + "-" + round, variant, file, capture);
                }
            }
            return new ReplayReport(Machine.here(null), bench.version(), settings, capture, bench.figures);
        } finally {
            progress.ended();
        }
    }

    /** Its own word for it, behind what it says first to root. */
    private String version() throws LabFailure {
        var said = Place.HERE.run("", tshark.toString(), "--version");
        return said.lines().filter(line -> line.startsWith("TShark")).findFirst().map(line -> line.split(" ", 4)[2]).orElse("unknown");
    }

    private static GeneratedCapture write(Path file, ReplaySettings settings) throws LabFailure {
        try {
            var room = Files.getFileStore(file.getParent()).getUsableSpace();
            if (room < settings.bytes() + settings.bytes() / 10) {
                throw LabFailure.beforeStart(file.getParent() + " has room for " + room + " bytes only: give another folder with"
                        + " SALLYPORT_JAVA_OPTS=-Djava.io.tmpdir=FOLDER, or a smaller --size");
            }
            return GeneratedCapture.write(file, settings.bytes(), settings.sessions());
        } catch (IOException failed) {
            throw new LabFailure("cannot write the capture " + file + ": " + failed, failed);
        }
    }

    private void measure(Children children, String name, String variant, Path file, GeneratedCapture capture) throws LabFailure {
        var told = children.file(name + ".time");
        var command = new ArrayList<>(List.of(time.toString(), "-o", told.toString(), "-f", "%U %S %M"));
        if (variant.equals(REPLAY)) {
            command.addAll(List.of(settings.launcher().toString(), "replay", file.toString()));
        } else {
            command.add(tshark.toString());
            command.addAll(TSHARK_OPTIONS);
            command.add(file.toString());
        }
        var begin = System.nanoTime();
        var child = children.start(name, command);
        var exit = end(child);
        var seconds = (System.nanoTime() - begin) / 1e9;
        var fault = exit != 0 ? "exit code " + exit + child.logTail() : wrong(variant, child.written(), capture);
        if (fault != null) {
            figures.addFailures(variant, 1, fault);
            return;
        }
        try {
            var counted = Files.readString(told).strip().split(" ", -1);
            figures.add(ReplayMeasure.PACKETS, variant, capture.packets() / seconds);
            figures.add(ReplayMeasure.CPU, variant, Double.parseDouble(counted[0]) + Double.parseDouble(counted[1]));
            figures.add(ReplayMeasure.MEMORY, variant, Long.parseLong(counted[2]) / 1024.0);
        } catch (IOException failed) {
            throw new LabFailure("cannot read what GNU time has written: " + failed, failed);
        }
    }

    private static int end(Child child) throws LabFailure {
        try {
            return child.process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LabFailure("interrupted", interrupted);
        }
    }

    /** What is missing in what it has printed: who finds less has less to do. Null for nothing. */
    private static @Nullable String wrong(String variant, String printed, GeneratedCapture capture) {
        for (var expected : variant.equals(REPLAY)
                ? List.of(
                        String.format(Locale.ROOT, "%,d packets of ", capture.packets()),
                        String.format(Locale.ROOT, " %,d FTP session", capture.sessions()),
                        String.format(Locale.ROOT, ": %,d used, 0 never used", capture.transfers()))
                : List.of("TCP Conversations", ":21 ")) {
            if (!printed.contains(expected)) {
                return "it did not print '" + expected + "'";
            }
        }
        return null;
    }
}
