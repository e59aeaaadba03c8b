package dev.sallyport.peers;

import dev.sallyport.peers.ChildProcess.Finished;
import java.util.List;
import java.util.stream.Stream;

/** A client that does in one session just what it is told. */
interface Exchanger {

    /** Lists the visit's directory into {@code in/listing.txt}, in the visit's mode, then moves files. */
    Finished exchange(Visit visit, List<Move> moves) throws Exception;

    /** In the visit's mode all of it: first it brings files, then it takes others there. */
    default Finished exchange(Visit visit, List<String> downloads, List<String> uploads) throws Exception {
        return exchange(
                visit,
                Stream.concat(
                                downloads.stream().map(name -> new Move(visit.mode(), false, name)),
                                uploads.stream().map(name -> new Move(visit.mode(), true, name)))
                        .toList());
    }

    /**
     * One file to move.
     *
     * @param mode how its data connection is arranged
     * @param up from {@code out} to the visit's directory on the server; otherwise from there into {@code in}
     */
    record Move(TransferMode mode, boolean up, String name) {

        /** As scripts are told: {@code PASV:down:name}. */
        @Override
        public String toString() {
            return mode + ":" + (up ? "up" : "down") + ":" + name;
        }
    }
}
