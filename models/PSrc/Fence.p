// The restore fence: SchedulerService's RestoreFence, FenceCheck and BrokerCount, store/Restores.

enum tFenceBug {
  FENCE_HOLDS,
  CLAIM_WITHOUT_MARK,
  WIPED_BROKER_VOUCHES,
  COUNT_OVERWRITES,
  VOUCH_WITHOUT_COUNT,
  HOLD_TELLS_BROKER,
  READ_TAKES_COUNT
}

// Who can tell whether the database is the newest.
enum tWitness { BROKER, MEMORY, SERVER }

// NO_MARK: no SchedulerService has vouched yet. RESTORED: the mark names another transaction than the one that wrote it.
enum tMark { NO_MARK, GENUINE, RESTORED }

// Everything that a copy carries. boot is the start of the server at which the system last counted, vouched the one at which
// e-mails may be claimed; 0 is none.
type tFenceData = (counter: int, boot: int, vouched: int, ever: bool, mark: tMark, held: bool, pending: set[int]);
type tJudged = (held: bool, counter: int, vouched: bool);

// To the database: each is one transaction. A connection lives as long as the start of the server that it was made to.
event eFenceCreate: int;
event eFenceClaim: machine;
event eFenceClaimed: set[int];
event eFenceConnect: machine;
event eFenceConnected: int;
event eFenceJudge: (scheduler: machine, boot: int, witness: int);
event eFenceJudged: tJudged;
event eFenceBroken;
event eFenceVouch: (scheduler: machine, boot: int, counter: int);
event eFenceVouched;
event eFenceCounted: int;

// The broker.
event eFenceRead: machine;
event eFenceHeard: int;
event eFenceClosed: machine;
event eFenceWrite: (scheduler: machine, counter: int);
event eFenceWritten;
event eFenceWipe;

// What people and accidents do.
event eFenceCheck;
event eFenceTry;
event eFenceRestart;
event eFenceDump;
event eFenceRestoreDump;
event eFenceCopy;
event eFencePutBack;
event eFenceForget;

// What the specifications listen to.
event eFenceSent: int;
event eFenceRestored;
event eFenceHeld;
event eFenceWitness: (who: tWitness, knows: bool);
event eFenceTold: int;

machine FenceDatabase {
  var bug: tFenceBug;
  var boot: int;
  var here: tFenceData;
  var dump: tFenceData;
  var copy: tFenceData;
  var copied: bool;
  var copied_at: int;
  var is_dumped: bool;
  var is_copied: bool;

  start state Serving {
    entry (seeded: tFenceBug) {
      bug = seeded;
      boot = 1;
      here.mark = NO_MARK;
    }

    on eFenceCreate do (id: int) {
      here.pending += (id);
    }

    // Assumed: nothing is claimed between a copy of the running server and the next count, which comes within a second.
    on eFenceClaim do (sender: machine) {
      var claimed: set[int];
      if (here.vouched == boot && !here.held && !copied && (here.mark == GENUINE || bug == CLAIM_WITHOUT_MARK)) {
        claimed = here.pending;
        here.pending = default(set[int]);
      }
      send sender, eFenceClaimed, claimed;
    }

    on eFenceConnect do (scheduler: machine) {
      send scheduler, eFenceConnected, boot;
    }

    // FenceCheck.JudgeAsync. A witness of 0 is none.
    on eFenceJudge do (check: (scheduler: machine, boot: int, witness: int)) {
      var vouched: bool;
      if (check.boot != boot) {
        send check.scheduler, eFenceBroken;
        return;
      }
      vouched = here.vouched == boot && (here.mark == GENUINE || bug == CLAIM_WITHOUT_MARK);
      if (!(vouched && bug == CLAIM_WITHOUT_MARK) && Objection(check.witness)) {
        here.held = true;
        here.vouched = 0;
        here.ever = true;
        announce eFenceHeld;
      }
      else {
        if (check.witness > here.counter)
          here.counter = check.witness;
        here.counter = here.counter + 1;
        here.boot = boot;
        announce eFenceWitness, (who = SERVER, knows = true);
      }
      send check.scheduler, eFenceJudged, (held = here.held, counter = here.counter, vouched = vouched);
    }

    // Installations.TrustAsync: only where the count is still the one that was judged, and the mark only where there is none.
    on eFenceVouch do (vouch: (scheduler: machine, boot: int, counter: int)) {
      if (vouch.boot == boot && (here.counter == vouch.counter || bug == VOUCH_WITHOUT_COUNT)) {
        here.vouched = boot;
        here.ever = true;
        if (here.mark == NO_MARK || bug == VOUCH_WITHOUT_COUNT)
          here.mark = GENUINE;
      }
      send vouch.scheduler, eFenceVouched;
    }

    on eFenceCounted do (counter: int) {
      if (counter > copied_at)
        copied = false;
    }

    on eFenceRestart do {
      boot = boot + 1;
      announce eFenceWitness, (who = SERVER, knows = false);
    }

    // Assumed: no copy is older than the first vouch. Of one that is, nothing is known at all.
    on eFenceDump do {
      if (!here.ever)
        return;
      dump = here;
      copied = true;
      copied_at = here.counter;
      is_dumped = true;
    }

    // The server goes on, and so do its connections.
    on eFenceRestoreDump do {
      if (!is_dumped)
        return;
      here = dump;
      if (here.mark == GENUINE)
        here.mark = RESTORED;
      announce eFenceRestored;
    }

    on eFenceCopy do {
      if (!here.ever)
        return;
      copy = here;
      copied = true;
      copied_at = here.counter;
      is_copied = true;
    }

    on eFencePutBack do {
      if (!is_copied)
        return;
      here = copy;
      boot = boot + 1;
      announce eFenceRestored;
    }
  }

  // RestoreFence.Judge, of what one server can do to itself.
  fun Objection(witness: int): bool {
    if (here.mark == RESTORED && bug != CLAIM_WITHOUT_MARK)
      return true;
    if (witness > here.counter && bug != COUNT_OVERWRITES)
      return true;
    return witness == 0 && here.boot != boot && here.ever && bug != WIPED_BROKER_VOUCHES;
  }
}

// The queue that keeps the last count. BrokerCount.ReadAsync leaves it there: with READ_TAKES_COUNT the scheduler that reads it has it until
// it writes the next one, and others hear nothing.
machine FenceBroker {
  var bug: tFenceBug;
  var counter: int;
  var reader: machine;

  start state Running {
    entry (seeded: tFenceBug) {
      bug = seeded;
    }

    on eFenceRead do (scheduler: machine) {
      var heard: int;
      if (bug != READ_TAKES_COUNT || reader == null || reader == scheduler) {
        heard = counter;
        reader = scheduler;
      }
      announce eFenceTold, heard;
      send scheduler, eFenceHeard, heard;
    }

    on eFenceClosed do (scheduler: machine) {
      if (reader == scheduler)
        reader = null;
    }

    on eFenceWrite do (write: (scheduler: machine, counter: int)) {
      counter = write.counter;
      reader = null;
      announce eFenceWitness, (who = BROKER, knows = true);
      send write.scheduler, eFenceWritten;
    }

    on eFenceWipe do {
      counter = 0;
      reader = null;
      announce eFenceWitness, (who = BROKER, knows = false);
    }
  }
}

// FenceCheck: a check at a time. eFenceForget is a new process.
machine FenceScheduler {
  var database: machine;
  var broker: machine;
  var bug: tFenceBug;
  var remembered: int;

  start state Running {
    entry (config: (database: machine, broker: machine, bug: tFenceBug)) {
      database = config.database;
      broker = config.broker;
      bug = config.bug;
    }

    on eFenceForget do {
      remembered = 0;
      send broker, eFenceClosed, this;
      announce eFenceWitness, (who = MEMORY, knows = false);
    }

    on eFenceCheck do {
      var boot: int;
      var witness: int;
      var judged: tJudged;
      var broken: bool;
      send database, eFenceConnect, this;
      receive {
        case eFenceConnected: (at: int) { boot = at; }
      }
      send broker, eFenceRead, this;
      receive {
        case eFenceHeard: (counter: int) { witness = counter; }
      }
      if (remembered > witness)
        witness = remembered;
      send database, eFenceJudge, (scheduler = this, boot = boot, witness = witness);
      receive {
        case eFenceJudged: (answer: tJudged) { judged = answer; }
        case eFenceBroken: { broken = true; }
      }
      if (broken)
        return;
      // A broker that was wiped must not learn the count of an older copy: it would vouch for the copy the next time.
      if (judged.held && bug != HOLD_TELLS_BROKER)
        return;
      send broker, eFenceWrite, (scheduler = this, counter = judged.counter);
      receive {
        case eFenceWritten: {}
      }
      if (judged.held)
        return;
      remembered = judged.counter;
      announce eFenceWitness, (who = MEMORY, knows = true);
      send database, eFenceCounted, judged.counter;
      if (judged.vouched)
        return;
      send database, eFenceVouch, (scheduler = this, boot = boot, counter = judged.counter);
      receive {
        case eFenceVouched: {}
      }
    }
  }
}

// A sender for whom everything goes well: what it claims is handed over.
machine FenceSender {
  var database: machine;

  start state Running {
    entry (given: machine) {
      database = given;
    }

    on eFenceTry do {
      var id: int;
      send database, eFenceClaim, this;
      receive {
        case eFenceClaimed: (claimed: set[int]) {
          foreach (id in claimed)
            announce eFenceSent, id;
        }
      }
    }
  }
}
