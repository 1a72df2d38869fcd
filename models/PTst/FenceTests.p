module Fence = { FenceWorld, FencePair, FenceDatabase, FenceBroker, FenceScheduler, FenceSender };

// Does anything that people and accidents do, in any order, and lets the system go on in between. Nobody releases.
machine FenceWorld {
  start state Running {
    entry (bug: tFenceBug) {
      var database: machine;
      var broker: machine;
      var scheduler: machine;
      var sender: machine;
      var left: int;
      var id: int;
      database = new FenceDatabase(bug);
      broker = new FenceBroker(bug);
      scheduler = new FenceScheduler((database = database, broker = broker, bug = bug));
      sender = new FenceSender(database);
      left = 40;
      while (left > 0) {
        left = left - 1;
        if ($)
          send scheduler, eFenceCheck;
        if ($)
          send sender, eFenceTry;
        if (choose(3) == 0) {
          id = id + 1;
          send database, eFenceCreate, id;
        }
        if (choose(3) == 0)
          Trouble(database, broker, scheduler);
        Nap();
      }
    }
    ignore eNap;
  }

  fun Trouble(database: machine, broker: machine, scheduler: machine) {
    var what: int;
    what = choose(7);
    if (what == 0)
      send database, eFenceRestart;
    else if (what == 1)
      send database, eFenceDump;
    else if (what == 2)
      send database, eFenceRestoreDump;
    else if (what == 3)
      send database, eFenceCopy;
    else if (what == 4)
      send database, eFencePutBack;
    else if (what == 5)
      send broker, eFenceWipe;
    else
      send scheduler, eFenceForget;
  }

  // Lets the others go on for a while.
  fun Nap() {
    var i: int;
    i = choose(12);
    while (i > 0) {
      i = i - 1;
      send this, eNap;
      receive {
        case eNap: {}
      }
    }
  }
}

// Two that check without a turn: enough for what the broker tells each.
machine FencePair {
  start state Running {
    entry (bug: tFenceBug) {
      var database: machine;
      var broker: machine;
      var schedulers: seq[machine];
      var left: int;
      database = new FenceDatabase(bug);
      broker = new FenceBroker(bug);
      schedulers += (0, new FenceScheduler((database = database, broker = broker, bug = bug)));
      schedulers += (1, new FenceScheduler((database = database, broker = broker, bug = bug)));
      left = 40;
      while (left > 0) {
        left = left - 1;
        send schedulers[choose(2)], eFenceCheck;
        if (choose(4) == 0)
          send schedulers[choose(2)], eFenceForget;
        if (choose(4) == 0)
          send database, eFenceRestart;
        if (choose(8) == 0)
          send broker, eFenceWipe;
      }
    }
  }
}

machine TestFence { start state Init { entry { new FenceWorld(FENCE_HOLDS); } } }
test RestoreFence [main=TestFence]: assert NothingAgain, HeldForCause in (union Fence, { TestFence });

machine TestFencePair { start state Init { entry { new FencePair(FENCE_HOLDS); } } }
test TwoAtTheFence [main=TestFencePair]: assert CountIsHeard in (union Fence, { TestFencePair });

// Each seeded bug, and the one specification that it breaks. The first two are the holes that the fence had.
machine SeedClaimWithoutMark { start state Init { entry { new FenceWorld(CLAIM_WITHOUT_MARK); } } }
test ClaimWithoutMark [main=SeedClaimWithoutMark]: assert NothingAgain in (union Fence, { SeedClaimWithoutMark });

machine SeedWipedBrokerVouches { start state Init { entry { new FenceWorld(WIPED_BROKER_VOUCHES); } } }
test WipedBrokerVouches [main=SeedWipedBrokerVouches]: assert NothingAgain in (union Fence, { SeedWipedBrokerVouches });

machine SeedCountOverwrites { start state Init { entry { new FenceWorld(COUNT_OVERWRITES); } } }
test CountOverwrites [main=SeedCountOverwrites]: assert NothingAgain in (union Fence, { SeedCountOverwrites });

machine SeedVouchWithoutCount { start state Init { entry { new FenceWorld(VOUCH_WITHOUT_COUNT); } } }
test VouchWithoutCount [main=SeedVouchWithoutCount]: assert NothingAgain in (union Fence, { SeedVouchWithoutCount });

machine SeedHoldTellsBroker { start state Init { entry { new FenceWorld(HOLD_TELLS_BROKER); } } }
test HoldTellsBroker [main=SeedHoldTellsBroker]: assert NothingAgain in (union Fence, { SeedHoldTellsBroker });

machine SeedReadTakesCount { start state Init { entry { new FencePair(READ_TAKES_COUNT); } } }
test ReadTakesCount [main=SeedReadTakesCount]: assert CountIsHeard in (union Fence, { SeedReadTakesCount });
