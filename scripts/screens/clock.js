// Loaded before the program: sets its clock to the moment in SCREEN_NOW, where it stays.
import { mock } from 'node:test';

mock.timers.enable({ apis: ['Date'], now: Date.parse(process.env.SCREEN_NOW) });
