type tConfig = (bug: tBug, senders: int, sweep_wakes: bool, losses: int, doubles: int, deaths: int, pauses: int, timeouts: int, smtp_faults: int);

// Time and faults: first bad weather, then as many quiet rounds as it takes until every e-mail is final.
machine World {
  var config: tConfig;
  var now: int;
  var runs: int;
  var deaths: int;
  var pauses: int;
  var database: machine;
  var broker: machine;
  var scheduler: machine;
  var sweeper: machine;
  var smtp: machine;
  var senders: seq[machine];

  start state Starting {
    entry (given: tConfig) {
      config = given;
      deaths = config.deaths;
      pauses = config.pauses;
      database = new Database((world = this, sweep_wakes = config.sweep_wakes, bug = config.bug));
      broker = new Broker((doubles = config.doubles, losses = config.losses));
      scheduler = new Scheduler((database = database, broker = broker, world = this, deaths = config.deaths));
      sweeper = new Sweeper((database = database, world = this));
      smtp = new SmtpServer(config.smtp_faults);
      send broker, eConsumer, scheduler;
      while (sizeof(senders) < config.senders)
        Start(default(machine));
      new Client((database = database, actions = 5));
      goto BadWeather;
    }
  }

  state BadWeather {
    entry {
      var step: int;
      var i: int;
      while (step < 20) {
        step = step + 1;
        i = choose(8);
        if (i < 2)
          Tick();
        else if (i == 2)
          send sweeper, eRun, 0;
        else if (i == 3 || i == 4)
          send scheduler, eRun, 0;
        else if (i == 5)
          send choose(senders), eBeat;
        else if (i == 6 && deaths > 0) {
          deaths = deaths - 1;
          Kill(choose(sizeof(senders)));
        }
        else if (i == 7 && pauses > 0) {
          pauses = pauses - 1;
          Pause(choose(senders));
        }
      }
      goto Settling;
    }
    ignore eRan;
    defer eOpened;
  }

  state Settling {
    entry {
      var rounds: int;
      var open: int;
      open = 1;
      while (rounds < 60 && open > 0) {
        rounds = rounds + 1;
        open = Round();
      }
      goto Quiet;
    }
    ignore eRan;
    defer eOpened;
  }

  // A statement that was on its way may land even now.
  state Quiet {
    on eOpened goto Settling;
    ignore eRan;
  }

  fun Round(): int {
    var sender: machine;
    var open: int;
    foreach (sender in senders)
      send sender, eResume;
    Tick();
    foreach (sender in senders)
      send sender, eBeat;
    Run(scheduler);
    foreach (sender in senders) {
      send sender, eSettle;
      receive {
        case eIdle: {}
      }
    }
    return Run(sweeper);
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

  // Longer than a heartbeat lives, if chance will have it.
  fun Pause(sender: machine) {
    var ticks: int;
    send sender, ePause;
    ticks = choose(6);
    while (ticks > 0) {
      Tick();
      if ($)
        send sweeper, eRun, 0;
      ticks = ticks - 1;
    }
    if ($)
      send sender, eResume;
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
    entry (config: (database: machine, actions: int)) {
      database = config.database;
      actions = config.actions;
      ids = 2;
      Save(1, 2, default(seq[int]));
      send this, eBeat;
    }

    on eBeat do {
      var i: int;
      var removed: seq[int];
      if (actions == 0)
        return;
      actions = actions - 1;
      i = choose(6);
      if (i == 0) {
        removed += (0, Any());
        ids = ids + 1;
        Save(ids, ids, removed);
      }
      else if (i == 1)
        Ask(database, eCancel, (client = this, id = Any()));
      else if (i == 2)
        Ask(database, eMove, (id = Any(), due = choose(12)));
      else if (i == 3 && actions > 0) {
        // A copy gets an id that no other e-mail has.
        Ask(database, eResend, (id = Any(), copy = 100 + actions));
      }
      else
        actions = actions + (choose(4) + 3) / 4; // later, as often as not
      send this, eBeat;
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
      added[id] = choose(4);
      id = id + 1;
    }
    Ask(database, eSave, (client = this, added = added, removed = removed));
  }
}
