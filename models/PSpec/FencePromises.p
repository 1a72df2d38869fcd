// What the restore fence is for: a database that went back sends nothing again.
spec NothingAgain observes eFenceSent {
  var out: set[int];
  start state Watching {
    on eFenceSent do (id: int) {
      assert !(id in out), format("NothingAgain: e-mail {0} is sent again after a restore", id);
      out += (id);
    }
  }
}

// Where nothing was restored, nothing is held as long as one of three can tell: the broker, a SchedulerService that was running
// before, or PostgreSQL that was not restarted.
spec HeldForCause observes eFenceHeld, eFenceRestored, eFenceWitness {
  var restored: bool;
  var knowing: set[tWitness];
  start state Watching {
    on eFenceRestored do {
      restored = true;
    }
    on eFenceWitness do (witness: (who: tWitness, knows: bool)) {
      if (witness.knows)
        knowing += (witness.who);
      else
        knowing -= (witness.who);
    }
    on eFenceHeld do {
      assert restored || sizeof(knowing) == 0, "HeldForCause: everything is held, though nothing was restored";
    }
  }
}

// What the broker knows it tells to every SchedulerService that asks, whatever became of others that asked before.
spec CountIsHeard observes eFenceTold, eFenceWitness {
  var known: bool;
  start state Watching {
    on eFenceWitness do (witness: (who: tWitness, knows: bool)) {
      if (witness.who == BROKER)
        known = witness.knows;
    }
    on eFenceTold do (counter: int) {
      assert counter > 0 || !known, "CountIsHeard: the broker knows the count, and a SchedulerService that asks hears nothing";
    }
  }
}
