package dev.sallyport.netlink;

/** Is told of the traffic with the kernel, on the writer's thread: it must be quick. */
public interface BatchObserver {

    BatchObserver NONE = new BatchObserver() {
        @Override
        public void sent(int changes, long nanos) {}

        @Override
        public void refused(String errno) {}
    };

    /** A batch was sent and answered, whatever the answer. @param changes in it, above 0 @param nanos until the answer */
    void sent(int changes, long nanos);

    /** A transaction was refused. @param errno its name, {@code ENFILE}; "errno 123" for one that has no business here */
    void refused(String errno);
}
