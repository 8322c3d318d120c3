/** Settings that sentences of the program name by their keys in the file, as the settings of the window call them. */

import type { Messages } from './en';

export const settingLabels = (w: Messages): Record<string, string> => ({
  allow_downloads: w.downloadsAllow,
  allow_remote_model: w.remote,
  allow_remote_pictures: w.pictureServer,
  allow_search: w.search,
  allow_updates: w.updatesAllow,
  context_length: w.contextLength,
  offline: w.offline,
  picture_url: w.remoteUrl,
  remote_url: w.remoteUrl,
  search_url: w.searchUrl,
});
