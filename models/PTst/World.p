type tConfig = (bug: tBug, emails: int, actions: int, senders: int, worth: int, sweep_wakes: bool, losses: int, doubles: int, deaths: int, pauses: int, timeouts: int, smtp_faults: int, partly: bool);

// Time and faults: first bad weather, then as many quiet rounds as it takes until every e-mail is final.
machine World {
  var config: tConfig;
  var now: int;
  var rounds: int;
  var stormy: int;
  var resume_at: int;
  var runs: int;
  var deaths: int;
  var pauses: int;
  var database: machine;
  var broker: machine;
  var scheduler: machine;
  var sweeper: machine;
  var smtp: machine;
  var client: machine;
  var senders: seq[machine];

  start state Starting {
    entry (given: tConfig) {
      config = given;
      deaths = config.deaths;
      pauses = config.pauses;
      database = new Database((world = this, worth = config.worth, sweep_wakes = config.sweep_wakes, bug = config.bug));
      broker = new Broker((doubles = config.doubles, losses = config.losses));
      scheduler = new Scheduler((database = database, broker = broker, world = this, deaths = config.deaths));
      sweeper = new Sweeper((database = database, world = this));
      smtp = new SmtpServer((faults = config.smtp_faults, partly = config.partly));
      send broker, eConsumer, scheduler;
      while (sizeof(senders) < config.senders)
        Start(default(machine));
      client = new Client((database = database, emails = config.emails, actions = config.actions));
      stormy = 8;
      goto Running;
    }
  }

  // First rounds in which anything may happen at any moment, then quiet ones.
  state Running {
    entry {
      var open: int;
      open = 1;
      while (rounds < 50 && (open > 0 || rounds <= resume_at || rounds < stormy)) {
        rounds = rounds + 1;
        open = Round();
      }
      // Whatever is open after so many quiet rounds stays so: EachBecomesFinal says it at the end.
      if (open > 0)
        goto Stuck;
      goto Quiet;
    }
    ignore eRan;
    defer eOpened;
  }

  state Stuck {
    ignore eOpened, eRan;
  }

  // A statement that was on its way may land even now.
  state Quiet {
    on eOpened goto Running with {
      rounds = stormy;
    }
    ignore eRan;
  }

  fun Round(): int {
    var sender: machine;
    send client, eBeat;
    Tick();
    foreach (sender in senders) {
      if (rounds > resume_at)
        send sender, eResume;
      send sender, eBeat;
    }
    Run(scheduler);
    if (rounds < stormy)
      Trouble();
    else
      foreach (sender in senders) {
        send sender, eSettle;
        receive {
          case eIdle: {}
        }
      }
    return Run(sweeper);
  }

  fun Trouble() {
    var i: int;
    Nap();
    i = choose(6);
    if (i < 2 && deaths > 0) {
      deaths = deaths - 1;
      Kill(choose(sizeof(senders)));
    }
    else if (i < 4 && pauses > 0) {
      // Longer than a heartbeat lives, if chance will have it.
      pauses = pauses - 1;
      resume_at = rounds + choose(7);
      send choose(senders), ePause;
    }
    else if (i == 4)
      Tick();
    else
      send client, eBeat;
  }

  // Lets the others go on for a while.
  fun Nap() {
    var i: int;
    i = choose(25);
    while (i > 0) {
      i = i - 1;
      send this, eNap;
      receive {
        case eNap: {}
      }
    }
  }

  fun Run(loop: machine): int {
    var open: int;
    var done: bool;
    runs = runs + 1;
    send loop, eRun, runs;
    while (!done)
      receive {
        case eRan: (ran: (run: int, open: int)) {
          done = ran.run == runs;
          open = ran.open;
        }
      }
    return open;
  }

  // Clocks run alike: a sender's is never behind the database's.
  fun Tick() {
    var sender: machine;
    now = now + 1;
    foreach (sender in senders) {
      send sender, eTick;
      receive {
        case eTicked: {}
      }
    }
    send database, eTick;
  }

  fun Kill(i: int) {
    var dead: machine;
    dead = senders[i];
    senders -= (i);
    send dead, eCrash;
    receive {
      case eDead: {}
    }
    Start(dead);
  }

  fun Start(gone: machine) {
    var sender: machine;
    sender = new Sender((world = this, database = database, broker = broker, smtp = smtp, bug = config.bug, timeouts = config.timeouts, now = now));
    senders += (sizeof(senders), sender);
    send broker, eSenders, (gone = gone, arrived = sender);
  }
}

// Saves a config, and then does what callers do, without waiting for answers.
machine Client {
  var database: machine;
  var actions: int;
  var ids: int;

  start state Running {
    entry (config: (database: machine, emails: int, actions: int)) {
      database = config.database;
      actions = config.actions;
      ids = config.emails;
      Save(1, ids, default(seq[int]));
    }

    on eBeat do {
      var i: int;
      var removed: seq[int];
      if (actions == 0)
        return;
      actions = actions - 1;
      i = choose(4);
      if (i == 0) {
        removed += (0, Any());
        ids = ids + 1;
        Save(ids, ids, removed);
      }
      else if (i == 1)
        Ask(database, eCancel, (client = this, id = Any()), false);
      else if (i == 2)
        Ask(database, eMove, (id = Any(), due = choose(8)), false);
      else // a copy gets an id that no other e-mail has
        Ask(database, eResend, (id = Any(), copy = 100 + actions), false);
    }

    on eCancelled do (cancelled: seq[int]) {
      var id: int;
      foreach (id in cancelled)
        announce eCancelAcknowledged, id;
    }

    ignore eTooLate;
  }

  fun Any(): int {
    return choose(ids) + 1;
  }

  fun Save(first: int, last: int, removed: seq[int]) {
    var added: map[int, int];
    var id: int;
    id = first;
    while (id <= last) {
      added[id] = choose(3);
      id = id + 1;
    }
    Ask(database, eSave, (client = this, added = added, removed = removed), false);
  }
}
