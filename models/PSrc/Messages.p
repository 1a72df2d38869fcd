// SchedulerService: publishes due timers and consumes EmailConfigSaved.
machine Scheduler {
  var database: machine;
  var broker: machine;
  var world: machine;
  var deaths: int;
  var run: int;

  start state Running {
    entry (config: (database: machine, broker: machine, world: machine, deaths: int)) {
      database = config.database;
      broker = config.broker;
      world = config.world;
      deaths = config.deaths;
    }

    // Dispatcher: a crash between the broker's confirms and the commit brings the timers back, and they go out twice.
    on eRun do (number: int) {
      run = number;
      send database, eTakeDue, this;
    }

    on eDue do (due: map[int, tTimer]) {
      var token: int;
      var tokens: set[int];
      foreach (token in keys(due)) {
        send broker, ePublish, due[token];
        tokens += (token);
      }
      if (deaths > 0 && $) {
        deaths = deaths - 1;
        send database, eRolledBack, tokens;
      }
      else
        send database, ePublished, tokens;
      send world, eRan, (run = run, open = 0);
    }

    on eSaved do (ids: seq[int]) {
      Ask(database, eSchedule, ids, false);
    }
  }
}

// The sweep of SchedulerService, and how many e-mails it left open.
machine Sweeper {
  var database: machine;
  var world: machine;
  var run: int;

  start state Running {
    entry (config: (database: machine, world: machine)) {
      database = config.database;
      world = config.world;
    }

    on eRun do (number: int) {
      run = number;
      send database, eSweep, this;
    }

    on eSwept do (open: int) {
      send world, eRan, (run = run, open = open);
    }
  }
}

// RabbitMQ: hands a message to any sender, again if that one dies before it acknowledges, and now and then twice or never.
machine Broker {
  var scheduler: machine;
  var senders: seq[machine];
  var unacknowledged: seq[(sender: machine, id: int)];
  var doubles: int;
  var losses: int;

  start state Running {
    entry (config: (doubles: int, losses: int)) {
      doubles = config.doubles;
      losses = config.losses;
    }

    on eConsumer do (consumer: machine) {
      scheduler = consumer;
    }

    on eSenders do (change: (gone: machine, arrived: machine)) {
      var i: int;
      var orphans: seq[int];
      i = sizeof(senders) - 1;
      while (i >= 0) {
        if (senders[i] == change.gone)
          senders -= (i);
        i = i - 1;
      }
      senders += (sizeof(senders), change.arrived);
      i = sizeof(unacknowledged) - 1;
      while (i >= 0) {
        if (unacknowledged[i].sender == change.gone) {
          orphans += (sizeof(orphans), unacknowledged[i].id);
          unacknowledged -= (i);
        }
        i = i - 1;
      }
      foreach (i in orphans)
        Deliver(i);
    }

    on eAck do (done: (sender: machine, id: int)) {
      var i: int;
      while (i < sizeof(unacknowledged)) {
        if (unacknowledged[i] == done) {
          unacknowledged -= (i);
          return;
        }
        i = i + 1;
      }
    }

    on ePublish do (message: tTimer) {
      if (losses > 0 && $) {
        losses = losses - 1;
        return;
      }
      Hand(message);
      if (doubles > 0 && $) {
        doubles = doubles - 1;
        Hand(message);
      }
    }
  }

  fun Hand(message: tTimer) {
    var id: int;
    if (message.saved)
      send scheduler, eSaved, message.ids;
    else
      foreach (id in message.ids)
        Deliver(id);
  }

  fun Deliver(id: int) {
    var sender: machine;
    sender = choose(senders);
    unacknowledged += (sizeof(unacknowledged), (sender = sender, id = id));
    send sender, eWake, id;
  }
}

// The SMTP server: whatever it does, at every stage, for as many faults as it has.
machine SmtpServer {
  var faults: int;
  var partly: bool; // whether it may put recipients off

  start state Running {
    entry (config: (faults: int, partly: bool)) {
      faults = config.faults;
      partly = config.partly;
    }

    on eData do (mail: (sender: machine, id: int)) {
      if (Fails())
        Fail(mail.sender);
      else
        send mail.sender, eGoAhead;
    }

    on eDot do (mail: (sender: machine, id: int)) {
      if (Fails()) {
        // Dropped: it may have kept the e-mail.
        if ($) {
          if ($)
            announce eKept, mail.id;
          send mail.sender, eDropped;
        }
        else
          send mail.sender, eRefused, choose(3) == 0;
      }
      else {
        announce eKept, mail.id;
        if (partly && !IsRest(mail.id) && $) {
          announce eLeftOver, mail.id;
          send mail.sender, eAccepted, true;
        }
        else
          send mail.sender, eAccepted, false;
      }
    }
  }

  fun Fails(): bool {
    if (faults == 0 || choose(3) != 0)
      return false;
    faults = faults - 1;
    return true;
  }

  fun Fail(sender: machine) {
    if ($)
      send sender, eDropped;
    else
      send sender, eRefused, choose(3) == 0;
  }
}
