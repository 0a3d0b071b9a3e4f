/** What a customer spends on a mean day of the week, in credits; days are counted from the first, 0. */
export type Course =
  | { readonly kind: 'steady'; readonly credits: number }
  /** Below 0 it shrinks. */
  | { readonly kind: 'grows'; readonly credits: number; readonly creditsAWeek: number }
  | { readonly kind: 'jumps'; readonly credits: number; readonly to: number; readonly day: number }
  | { readonly kind: 'comes'; readonly credits: number; readonly day: number }
  | { readonly kind: 'goes'; readonly credits: number; readonly day: number };

/** At work on weekdays, at home in the evening and at the weekend, or the same day and night. */
export type Rhythm = 'work' | 'leisure' | 'even';

export interface Customer {
  readonly uid: number;
  readonly name: string;
  readonly course: Course;
  readonly rhythm: Rhythm;
  /** Workers that come and go with visitors, or one encoder that never stops. */
  readonly runs: 'site' | 'encoder';
}

/** Shares of a week's days, Sunday first, and the hour at which most happens. */
const RHYTHMS: Record<Rhythm, { weekdays: readonly number[]; swing: number; busiestHour: number }> =
  {
    work: { weekdays: [0.35, 1.25, 1.3, 1.3, 1.25, 1.15, 0.4], swing: 0.85, busiestHour: 12 },
    leisure: { weekdays: [1.25, 0.9, 0.85, 0.85, 0.9, 1, 1.25], swing: 0.45, busiestHour: 19 },
    even: { weekdays: [0.95, 1, 1.02, 1.02, 1.02, 1.02, 0.97], swing: 0.25, busiestHour: 14 },
  };

const FIRST_UID = 1001;
const ENCODES = 'video_tv';

const DAYS_PER_WEEK = 7;
const HOURS_PER_DAY = 24;
const MS_PER_HOUR = 3_600_000;

const steady = (credits: number): Course => ({ kind: 'steady', credits });
const grows = (credits: number, creditsAWeek: number): Course => ({
  kind: 'grows',
  credits,
  creditsAWeek,
});

/** Next to nothing: a visitor now and then. */
const IDLE = steady(0.02);

const COURSES: readonly (readonly [string, Course, Rhythm])[] = [
  ['foo_com', steady(85), 'work'],
  ['bar_org', steady(48), 'leisure'],
  ['shop_net', grows(190, 26), 'leisure'],
  ['video_tv', steady(1_490), 'even'],
  ['bakery_si', steady(11), 'work'],
  ['travel_eu', grows(62, 5), 'leisure'],
  ['news_si', steady(95), 'even'],
  ['forum_org', grows(125, -6), 'leisure'],
  ['crm_io', grows(36, 2.5), 'work'],
  ['hotel_hr', { kind: 'jumps', credits: 28, to: 84, day: 61 }, 'leisure'],
  ['lawyers_at', steady(4), 'work'],
  ['school_edu', steady(22), 'work'],
  ['startup_ai', { kind: 'comes', credits: 60, day: 58 }, 'even'],
  ['oldshop_de', { kind: 'goes', credits: 35, day: 41 }, 'leisure'],
  ['museum_it', steady(7), 'leisure'],
  ['radio_fm', steady(31), 'even'],
  ['wiki_org', grows(30, -1.2), 'even'],
  ['tickets_eu', steady(26), 'leisure'],
  ['clinic_si', steady(9), 'work'],
  ['garden_uk', steady(3), 'leisure'],
  ['maps_io', grows(18, 1.5), 'even'],
  ['blog_anna', steady(1.6), 'leisure'],
  ['blog_marko', steady(0.8), 'leisure'],
  ['cars_de', steady(15), 'leisure'],
  ['fitness_hr', steady(6), 'leisure'],
  ['books_at', steady(13), 'leisure'],
  ['bank_test', steady(2), 'work'],
  ['choir_si', IDLE, 'leisure'],
  ['parish_si', IDLE, 'leisure'],
  ['demo_one', IDLE, 'even'],
  ['demo_two', IDLE, 'even'],
  ['parked_com', IDLE, 'even'],
  ['wedding_2024', IDLE, 'leisure'],
  ['pizza_it', steady(8), 'leisure'],
  ['weather_si', steady(40), 'even'],
  ['jobs_eu', grows(24, -0.8), 'work'],
  ['stats_io', steady(52), 'even'],
];

/** Whose sites are on the example's host. */
export const CUSTOMERS: readonly Customer[] = COURSES.map(([name, course, rhythm], at) => ({
  uid: FIRST_UID + at,
  name,
  course,
  rhythm,
  runs: name === ENCODES ? 'encoder' : 'site',
}));

/** What a course comes to on a day, in credits, were it a mean day of the week. */
export function plannedCredits(course: Course, day: number): number {
  switch (course.kind) {
    case 'steady':
      return course.credits;
    case 'grows':
      return course.credits + (course.creditsAWeek * day) / DAYS_PER_WEEK;
    case 'jumps':
      return day < course.day ? course.credits : course.to;
    case 'comes':
      return day < course.day ? 0 : course.credits;
    case 'goes':
      return day < course.day ? course.credits : 0;
  }
}

/** How much happens at a time beside the mean of a week, in UTC; the mean of all is 1. */
export function shareAt(rhythm: Rhythm, ms: number): number {
  const { weekdays, swing, busiestHour } = RHYTHMS[rhythm];
  const week = weekdays.reduce((sum, share) => sum + share, 0) / weekdays.length;
  const weekday = (weekdays[new Date(ms).getUTCDay()] ?? week) / week;
  const hour = (ms / MS_PER_HOUR) % HOURS_PER_DAY;
  return weekday * (1 + swing * Math.cos((2 * Math.PI * (hour - busiestHour)) / HOURS_PER_DAY));
}
