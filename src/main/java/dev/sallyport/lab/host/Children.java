package dev.sallyport.lab.host;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * All processes and temporary files of one run, which end with it: on success, on failure, and when this program itself is told to
 * end by a signal.
 */
public final class Children implements AutoCloseable {
    /** Where what a program says goes. */
    private enum Output {
        LOG,
        PIPE,
        TERMINAL
    }

    /** What makes something. */
    @FunctionalInterface
    public interface Making {
        void run() throws LabFailure;
    }

    private final Path folder;
    private final List<Child> running = new ArrayList<>();
    private final List<Runnable> afterwards = new ArrayList<>();
    private final Thread onSignal;
    private boolean ended;

    /** @param what one word for what is run */
    public Children(String what) throws LabFailure {
        try {
            folder = Files.createTempDirectory("sallyport-" + what + "-");
        } catch (IOException e) {
            throw new LabFailure("cannot make a temporary folder: " + e, e);
        }
        onSignal = new Thread(this::endAll, what + "-cleanup");
        Runtime.getRuntime().addShutdownHook(onSignal);
    }

    /** Starts a program whose output of both kinds goes to a log that is shown when it fails. */
    public Child start(String name, List<String> command) throws LabFailure {
        return launch(name, command, Output.LOG);
    }

    /** Starts a program that is spoken with over its standard output. */
    public Child startSpeaking(String name, List<String> command) throws LabFailure {
        return launch(name, command, Output.PIPE);
    }

    /** Starts a program that has this one's terminal. */
    public Child startAtTerminal(String name, List<String> command) throws LabFailure {
        return launch(name, command, Output.TERMINAL);
    }

    /** Makes something that is to be undone when all processes have ended: whole, or if the end has come, not at all. */
    public synchronized void make(Making making, Runnable undo) throws LabFailure {
        requireGoingOn();
        afterwards.add(undo);
        making.run();
    }

    /** Does this when all processes have ended, in the reverse order of asking. */
    public synchronized void afterwards(Runnable task) {
        afterwards.add(task);
    }

    /** Where all files are that go at the end; for nobody else. */
    public Path folder() {
        return folder;
    }

    /** A file of this name, which goes at the end. */
    public Path file(String name) {
        return folder.resolve(name);
    }

    /** Writes a file that goes at the end. */
    public synchronized Path file(String name, String content) throws LabFailure {
        requireGoingOn();
        try {
            return Files.writeString(folder.resolve(name), content);
        } catch (IOException e) {
            throw new LabFailure("cannot write " + folder.resolve(name) + ": " + e, e);
        }
    }

    private synchronized Child launch(String name, List<String> command, Output output) throws LabFailure {
        requireGoingOn();
        Path log = folder.resolve(name.replace(' ', '-') + ".log");
        ProcessBuilder builder = new ProcessBuilder(command);
        switch (output) {
            case LOG -> builder.redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
            case PIPE -> builder.redirectError(Redirect.appendTo(log.toFile()));
            case TERMINAL -> builder.inheritIO();
        }
        try {
            Child child = new Child(name, builder.start(), log);
            running.add(child);
            return child;
        } catch (IOException e) {
            throw new LabFailure("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    /** Fails when the end has come: what processes did then is no result. */
    public synchronized void requireGoingOn() throws LabFailure {
        if (ended) {
            throw new LabFailure("ended before it was through");
        }
    }

    @Override
    public void close() {
        endAll();
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // The signal has come, and the hook does the same at this moment.
        }
    }

    private synchronized void endAll() {
        ended = true;
        for (Child child : running.reversed()) {
            child.close();
        }
        running.clear();
        afterwards.reversed().forEach(Runnable::run);
        afterwards.clear();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            // A folder that is already gone is as good.
        }
    }
}
