package dev.sallyport.lab.trial;

import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One run of a client program. @param works whether it did what its cell says, by its cell's command and no other */
record Visit(Cell cell, boolean works, String dialogue) {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    /** @param seconds after which it has failed */
    static Visit make(
            Children children, TrialNetwork network, LabServer server, Observer observer, String id, Cell cell, int seconds)
            throws LabFailure {
        String name = id + "-" + cell.toString().replace(' ', '-').toLowerCase(java.util.Locale.ROOT);
        Path received = children.file(name + ".received");
        String content = "Sent by " + name + ".\n".repeat(50);
        Path sent = children.file(name + ".txt", content);
        List<String> command = cell.client().command(
                cell, TrialNetwork.client(cell.number()), network.called(cell.number()), received, sent, seconds);
        var hopeless = observer.hopeless(cell);
        Child client = children.start(name, network.client.command(command));
        boolean ended = ended(client, cell.mode(), hopeless, seconds);
        client.close();
        String dialogue = client.written();
        boolean done = ended && client.process.exitValue() == 0 && switch (cell.operation()) {
            case LIST -> contains(received, ClientProgram.SAMPLE);
            case GET -> contains(received, LabServer.SAMPLE);
            case PUT -> server.has(sent.getFileName().toString(), content);
        };
        return new Visit(cell, done && ClientProgram.dataCommands(dialogue).equals(List.of(cell.mode().name())), dialogue);
    }

    /** A client that goes on in vain is not waited for. */
    private static boolean ended(Child client, Mode mode, CompletableFuture<Void> hopeless, int seconds) throws LabFailure {
        CompletableFuture<?> exitOrHopeless = CompletableFuture.anyOf(client.process.onExit(), hopeless);
        long deadline = System.nanoTime() + Duration.ofSeconds(seconds + 1).toNanos();
        while (System.nanoTime() - deadline < 0 && !ClientProgram.refused(client.written(), mode)) {
            try {
                exitOrHopeless.get(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
                return !client.process.isAlive();
            } catch (TimeoutException e) {
                // It is still at it.
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LabFailure("interrupted", e);
            }
        }
        return false;
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException absent) {
            return false;
        }
    }
}
