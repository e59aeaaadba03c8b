package dev.sallyport.netlink;

/** What connection tracking tells of flows. */
public sealed interface FlowEvent {

    /** A flow's first packet has passed. */
    record Appeared(Flow flow) implements FlowEvent {}

    /** Its state has changed; without counters. */
    record Changed(Flow flow) implements FlowEvent {}

    /** Its entry is gone; with counters. */
    record Ended(Flow flow) implements FlowEvent {}

    /** Events came faster than they were read, and some are lost: what is true now, a dump says. */
    record Lost() implements FlowEvent {}
}
