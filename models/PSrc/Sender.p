enum tStage { IDLE, CLAIMING, GREETING, WRITING, AWAITING_REPLY, RECORDING }

// SenderService: a process, from its start to its death. Its identity is new with each.
machine Sender {
  var world: machine;
  var database: machine;
  var broker: machine;
  var smtp: machine;
  var bug: tBug;
  var timeouts: int; // answers that it will not wait for
  var pauses: int;   // how often something else goes first while it writes
  var now: int;      // its own clock, which goes on while it is stopped
  var renewedAt: int;
  var lapsed: bool;  // whether its heartbeat was ever too old since the claim
  var stage: tStage;
  var batch: int;
  var waiting: seq[int];
  var wanted: seq[int]; // what the claim under way asks for
  var claimed: seq[tClaimed];
  var claimedAt: int;
  var outcome: tMove;
  var lost: set[int];
  var settling: bool;

  start state Starting {
    entry (config: (world: machine, database: machine, broker: machine, smtp: machine, bug: tBug, timeouts: int, now: int)) {
      world = config.world;
      database = config.database;
      broker = config.broker;
      smtp = config.smtp;
      bug = config.bug;
      timeouts = config.timeouts;
      pauses = 3;
      now = config.now;
      renewedAt = now - FreshFor();
      Renew();
      goto Running;
    }
  }

  state Running {
    on eTick do Tick;
    ignore eResume;
    on ePause goto Paused;
    on eCrash do Die;

    // Heartbeat, and the loop that gives lost batches back: again and again, since a lost commit may land late.
    on eBeat do {
      var each: int;
      Renew();
      foreach (each in lost)
        Ask(database, eGiveBack, (sender = this, batch = each), false);
      Claim();
    }

    on eRenewed do (at: int) {
      if (!IsFresh() && bug != FENCE_FORGETS_LAPSE)
        lapsed = true;
      if (at > renewedAt)
        renewedAt = at;
      Claim();
    }

    on eWake do (id: int) {
      waiting += (sizeof(waiting), id);
      Claim();
    }

    on eClaimed do (answer: (batch: int, claimed: seq[tClaimed], at: int)) {
      // An abandoned batch stays abandoned: a late answer is ignored.
      if (stage != CLAIMING || answer.batch != batch) {
        if (bug == GIVE_BACK_IN_FLIGHT && stage == IDLE && answer.batch in lost)
          batch = answer.batch;
        else
          return;
      }
      claimed = answer.claimed;
      claimedAt = answer.at;
      AcknowledgeStale();
      Converse();
    }

    on eNoAnswer do (to_batch: int) {
      var id: int;
      if (stage == CLAIMING && to_batch == batch) {
        lost += (batch);
        stage = IDLE;
        // The wake-ups go round again: most likely nothing was claimed.
        foreach (id in wanted)
          waiting += (sizeof(waiting), id);
        Ask(database, eGiveBack, (sender = this, batch = batch), false);
        if (bug != GIVE_BACK_IN_FLIGHT)
          Claim();
        SayWhenIdle();
      }
      else if (stage == RECORDING && to_batch == batch)
        Record();
    }

    on eGoAhead do {
      stage = WRITING;
      send this, eWritten;
    }

    // The message takes its time; the fence comes as late as can be, right before the final dot.
    on eWritten do {
      if (pauses > 0 && $) {
        pauses = pauses - 1;
        send this, eWritten;
      }
      else if (!IsFresh() || lapsed)
        End(PENDING, claimedAt);
      else {
        stage = AWAITING_REPLY;
        announce eDotLeft, (id = claimed[0].id, sender = this, batch = batch);
        send smtp, eDot, (sender = this, id = claimed[0].id);
      }
    }

    // Outcome: a reply is what it says; without one nothing is known once the dot has left, and nothing harmed before.
    on eAccepted do (rest: bool) {
      outcome = (status = DELIVERED, due = 0, rest = rest);
      Record();
    }

    on eRefused do (permanent: bool) {
      if (permanent)
        End(FAILED, 0);
      else
        TryAgain();
    }

    on eDropped do {
      if (stage == AWAITING_REPLY)
        End(UNKNOWN, 0);
      else
        TryAgain();
    }

    on eRecorded do (answer: (batch: int, id: int)) {
      if (stage != RECORDING || answer.batch != batch || answer.id != claimed[0].id)
        return;
      if (bug == REMAINDER_APART && outcome.rest)
        Ask(database, eLeave, answer.id, false);
      Acknowledge(answer.id);
      claimed -= (0);
      Converse();
    }

    on eSettle do {
      settling = true;
      SayWhenIdle();
    }
  }

  // SIGSTOP: what arrives meanwhile is found afterwards, and the heartbeat is renewed at once.
  state Paused {
    on eTick do Tick;
    on eCrash do Die;
    ignore ePause, eBeat;
    defer eRenewed, eWake, eClaimed, eNoAnswer, eGoAhead, eWritten, eAccepted, eRefused, eDropped, eRecorded;
    on eSettle do {
      send world, eIdle;
    }
    on eResume goto Running with {
      Renew();
    }
  }

  fun Tick() {
    now = now + 1;
    send world, eTicked;
  }

  fun Die() {
    send world, eDead;
    raise halt;
  }

  fun IsFresh(): bool {
    return now - renewedAt < FreshFor();
  }

  fun Renew() {
    Ask(database, eHeartbeat, (sender = this, at = now), false);
  }

  // SendBatch: only while fresh, and never more than one batch here, as there is one connection.
  fun Claim() {
    if (stage != IDLE || sizeof(waiting) == 0 || !IsFresh())
      return;
    stage = CLAIMING;
    lapsed = false;
    batch = batch + 1;
    wanted = waiting;
    waiting = default(seq[int]);
    Ask(database, eClaim, (sender = this, batch = batch, ids = wanted), GivesUp());
  }

  fun AcknowledgeStale() {
    var id: int;
    foreach (id in wanted)
      if (!IsClaimed(id))
        Acknowledge(id);
  }

  fun IsClaimed(id: int): bool {
    var each: tClaimed;
    foreach (each in claimed)
      if (each.id == id)
        return true;
    return false;
  }

  fun Converse() {
    if (sizeof(claimed) == 0) {
      stage = IDLE;
      Claim();
      SayWhenIdle();
      return;
    }
    stage = GREETING;
    send smtp, eData, (sender = this, id = claimed[0].id);
  }

  fun TryAgain() {
    if (claimedAt + RetryDelay() >= claimed[0].send_before)
      End(FAILED, 0);
    else
      End(PENDING, claimedAt + RetryDelay());
  }

  fun End(status: tStatus, due: int) {
    outcome = (status = status, due = due, rest = false);
    Record();
  }

  // OutcomeWriter: again until it is written. An earlier write may land after a later one.
  fun Record() {
    stage = RECORDING;
    Ask(database, eRecord, (sender = this, batch = batch, id = claimed[0].id, move = outcome), GivesUp());
  }

  fun GivesUp(): bool {
    if (timeouts == 0 || $)
      return false;
    timeouts = timeouts - 1;
    send this, eNoAnswer, batch;
    return true;
  }

  fun Acknowledge(id: int) {
    send broker, eAck, (sender = this, id = id);
  }

  fun SayWhenIdle() {
    if (settling && stage == IDLE) {
      settling = false;
      send world, eIdle;
    }
  }
}
